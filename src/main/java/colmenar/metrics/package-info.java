/**
 * What the server tells Prometheus about itself, the same on every application server.
 *
 * <p>{@code TaskMetrics} counts what is committed, told by events and without any statement; {@code
 * Situations} looks at the database at most every few seconds, when somebody asks; {@code
 * Exposition} writes both down. Only {@code rest} imports it: nothing may depend on being watched.
 */
@NullMarked
package colmenar.metrics;

import org.jspecify.annotations.NullMarked;
