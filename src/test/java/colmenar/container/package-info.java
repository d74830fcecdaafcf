/**
 * What lets a test talk to the packaged application on a real server.
 *
 * <p>The build runs every {@code *IT} once per database and, by profile, per server. {@link
 * colmenar.container.ColmenarServer} is one server for all classes of such a run; {@link
 * colmenar.container.ServerProcess} is a second one, for tests that stop or kill it.
 */
package colmenar.container;
