/**
 * The console in a real browser, as its users have it: found by role and label, one class a view.
 * The command that makes the screenshots of the pages is here too.
 */
package colmenar.console;
