/**
 * What the server lends its features: clock, ids, threads, the data directory, the schema at
 * start-up. Imports no other package of ours.
 *
 * <p>Start-up is a chain of observers of {@code Startup}, ordered by {@link
 * colmenar.platform.Phase}.
 */
@NullMarked
package colmenar.platform;

import org.jspecify.annotations.NullMarked;
