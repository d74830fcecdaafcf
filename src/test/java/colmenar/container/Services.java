package colmenar.container;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs and servers that a test needs and a machine may lack. */
public final class Services {

  private Services() {}

  /**
   * Skips the test, saying why, when a service is missing; where {@code COLMENAR_REQUIRE_SERVICES}
   * is 1, as in continuous integration, the test fails instead.
   */
  public static void require(String service, boolean present) {
    require(service, present, required());
  }

  /** Whether nothing may be skipped. */
  public static boolean required() {
    return "1".equals(System.getenv("COLMENAR_REQUIRE_SERVICES"));
  }

  static void require(String service, boolean present, boolean mandatory) {
    if (present) {
      return;
    }
    String missing = "not on this machine: " + service;
    if (mandatory) {
      fail(missing + ", and COLMENAR_REQUIRE_SERVICES is set");
    }
    abort(missing);
  }

  /** Whether a program of this name is on the path. */
  public static boolean onPath(String program) {
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }
}
