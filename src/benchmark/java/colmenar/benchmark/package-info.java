/**
 * Measures the server beside its peers on the same machine, and its steadiness under load; run by
 * the profile {@code benchmark} only.
 */
package colmenar.benchmark;
