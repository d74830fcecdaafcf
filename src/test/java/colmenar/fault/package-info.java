/**
 * What Colmenar promises, proved while everything fails: servers that are killed or stand still, a
 * database that goes away, commits that succeed and are told to have failed.
 *
 * <p>Clients write down what they asked and what they were told ({@link colmenar.fault.History}),
 * the code of the tasks writes down that it ran ({@link colmenar.fault.Execution}), and in the end
 * {@link colmenar.fault.Checker} compares both with what the server says ({@link
 * colmenar.fault.Ending}).
 */
package colmenar.fault;
