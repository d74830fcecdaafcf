package colmenar.container;

import java.nio.file.Path;
import java.util.Locale;

/** What the build says about this run of the integration tests. */
final class Settings {

  private Settings() {}

  static String server() {
    return property("arquillian.launch");
  }

  static boolean liberty() {
    return server().equals("liberty");
  }

  static String database() {
    return property("colmenar.test.database");
  }

  static boolean postgresql() {
    return database().equals("postgresql");
  }

  /** Whether statements and commits of every server fail now and then. */
  static boolean faulty() {
    return Boolean.getBoolean("colmenar.test.faulty");
  }

  /** Where the server is installed. */
  static Path home() {
    return path("colmenar.test.server.home");
  }

  static Path war() {
    return path("colmenar.test.war");
  }

  /** Where this run may write. */
  static Path directory() {
    return path("colmenar.test.directory");
  }

  static int httpPort() {
    return Integer.parseInt(property("colmenar.test.http.port"));
  }

  static int managementPort() {
    return Integer.parseInt(property("colmenar.test.management.port"));
  }

  static int postgresqlPort() {
    return Integer.parseInt(property("colmenar.test.postgresql.port"));
  }

  static boolean windows() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  private static Path path(String name) {
    return Path.of(property(name));
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(
          name + " is not set: integration tests are run by Maven, with `mvn verify`");
    }
    return value;
  }
}
