/**
 * The border between the engine and the places where work runs.
 *
 * <p>One small interface, {@link colmenar.backend.Backend}, and plain records. Nothing here knows
 * of tasks, tables or HTTP, and nothing here imports anything but {@code java.*}: an adapter can be
 * written and tested against this package alone, and leaves with its package.
 */
@NullMarked
package colmenar.backend;

import org.jspecify.annotations.NullMarked;
