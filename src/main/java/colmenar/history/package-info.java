/**
 * The history of the ensemble: how much was submitted, how it ended, how long it took, what ran
 * where, per minute and per hour.
 *
 * <p>{@code Recorder} is told by deeds after their commit and adds up in memory; {@code Scribe}
 * writes that down every ten seconds, as rows of this node with absolute values; {@link
 * colmenar.history.History} reads the rows of all nodes. Nothing but {@code rest} imports it:
 * nothing may depend on being written down.
 */
@NullMarked
package colmenar.history;

import org.jspecify.annotations.NullMarked;
