package colmenar.task;

/**
 * How much waits in an inbox.
 *
 * @param waiting results that nobody has acknowledged, leased ones included
 * @param leased those of them that a consumer has now
 */
public record InboxSize(Inbox inbox, long waiting, long leased) {}
