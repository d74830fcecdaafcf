package colmenar.feed;

import java.time.Instant;

/**
 * A row of the log: what happened in one transaction.
 *
 * @param number given before the commit
 * @param text see {@link Groups}
 */
record Entry(long number, Instant at, String text) {}
