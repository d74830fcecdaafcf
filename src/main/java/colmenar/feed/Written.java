package colmenar.feed;

/**
 * Something was written to the log in the transaction that is under way.
 *
 * @param ticket of the transaction, see {@link Tickets}; 0 for none
 */
record Written(long ticket) {}
