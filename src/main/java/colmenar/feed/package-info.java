/**
 * The feed of task events: what happens to tasks is written down with the transaction that does it,
 * one row for each, and read by whoever listens, on any server that shares the database.
 *
 * <p>{@code Recorder} writes; {@link colmenar.feed.Feed} reads while somebody listens, and has a
 * {@code Listener} for each; {@link colmenar.feed.Position} says how far somebody has come,
 * exactly. Knows nothing of HTTP and of the engine: how a text gets to a listener is an {@link
 * colmenar.feed.Outlet}'s business.
 */
@NullMarked
package colmenar.feed;

import org.jspecify.annotations.NullMarked;
