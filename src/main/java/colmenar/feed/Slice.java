package colmenar.feed;

import java.util.List;

/**
 * What was read of the log at once. Transactions are numbered in the order in which they began to
 * write, whatever the numbers of their entries; so it is known when one that was under way then is
 * over, and its entry is either there or never comes.
 *
 * @param entries in the order of their numbers
 * @param whole whether there were no more
 * @param oldest every transaction with a lower number was over before this was read
 * @param next no transaction had this number, or a higher one, when this was read; 0 when none is
 *     missed
 */
record Slice(List<Entry> entries, boolean whole, long oldest, long next) {}
