package colmenar.task;

/**
 * What an operation would do.
 *
 * @param complete false when there are more tasks than were looked at
 */
public record Preview(Tally tally, boolean complete) {}
