/**
 * What holds work back because an administrator wants it so: limits on how much runs at once or
 * starts in a second, and gates that are paused or draining.
 *
 * <p>They are rows that all servers share. {@link colmenar.limit.Limits} holds the use cases,
 * {@link colmenar.limit.Rules} what this server remembers of the rows. Knows no tasks: what is
 * running is counted from them by whoever claims.
 */
@NullMarked
package colmenar.limit;

import org.jspecify.annotations.NullMarked;
