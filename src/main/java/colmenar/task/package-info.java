/**
 * Tasks: what was asked, what became of it, and the only place that writes it down.
 *
 * <p>{@link colmenar.task.Tasks} holds the use cases and is the transaction boundary; {@code
 * TaskStore} is the only one that talks to the tables; {@link colmenar.task.TaskState} is the state
 * machine. Knows the SPI's records and the catalog, not dispatch, HTTP or any adapter.
 */
@NullMarked
package colmenar.task;

import org.jspecify.annotations.NullMarked;
