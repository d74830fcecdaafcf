/**
 * A JDBC driver that fails on purpose, in front of a real one: {@code jdbc:faulty:} before its URL.
 *
 * <p>The tests put these classes into a jar of their own beside the drivers of their servers, so
 * they may import nothing but the JDK. The statements and commits of every connection pass {@link
 * colmenar.fault.driver.Faults}, which lets them fail, or ends the JVM there.
 */
package colmenar.fault.driver;
