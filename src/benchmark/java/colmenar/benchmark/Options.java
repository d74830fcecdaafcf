package colmenar.benchmark;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the build, or whoever runs it, says about this run. */
final class Options {

  private Options() {}

  /** Parts of the comparison: throughput, latency, stored, console; or parsl or globus alone. */
  static List<String> parts() {
    return list("benchmark.parts");
  }

  /** Which of bare, jobrunr, dbscheduler and colmenar take part. */
  static List<String> contenders() {
    return list("benchmark.contenders");
  }

  /** Databases under our server. */
  static List<String> databases() {
    return list("benchmark.databases");
  }

  static int rounds() {
    return number("benchmark.rounds");
  }

  /** Of one round, for all but JobRunr. */
  static int tasks() {
    return number("benchmark.tasks");
  }

  /** Of one round of JobRunr, which is slower. */
  static int jobs() {
    return number("benchmark.jobs");
  }

  /** Single tasks of one round. */
  static int samples() {
    return number("benchmark.samples");
  }

  /** At most; it ends sooner when the figures are stable. */
  static int warmups() {
    return number("benchmark.warmups");
  }

  /** Numbers of stored tasks, growing. */
  static List<Integer> stored() {
    return list("benchmark.stored").stream().map(Integer::valueOf).toList();
  }

  /** Slots of our local backend, and threads of db-scheduler. */
  static int workers() {
    return number("benchmark.workers");
  }

  /** An interpreter that has Parsl, and Colmena where that takes part. */
  static String python() {
    return text("benchmark.python");
  }

  /** Of one round, whole thousands. */
  static int parslTasks() {
    return number("benchmark.parsl.tasks");
  }

  /** An interpreter that has the SDK of Globus Compute, with the endpoint's program beside it. */
  static Path globusPython() {
    return Path.of(text("benchmark.globus.python"));
  }

  /** Of one round, whole thousands. */
  static int globusTasks() {
    return number("benchmark.globus.tasks");
  }

  /** Single tasks of one round, so far apart that nobody is made to wait. */
  static int globusSamples() {
    return number("benchmark.globus.samples");
  }

  /** Single tasks of one round with nothing between them. */
  static int globusRow() {
    return number("benchmark.globus.row");
  }

  static Path scripts() {
    return Path.of(text("benchmark.scripts"));
  }

  static Path methods() {
    return Path.of(text("benchmark.methods"));
  }

  static Path directory() {
    return Path.of(text("colmenar.test.directory"));
  }

  /** Zero when this is no soak. */
  static int soakMinutes() {
    return number("soak.minutes");
  }

  /** Tasks each second. */
  static int soakRate() {
    return number("soak.rate");
  }

  /** Settings of PostgreSQL, for all contenders the same: each a name, {@code =} and a value. */
  static List<String> postgresql() {
    return list("benchmark.postgresql");
  }

  private static List<String> list(String name) {
    return Arrays.stream(text(name).split(","))
        .map(String::trim)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  private static int number(String name) {
    return Integer.parseInt(text(name));
  }

  private static String text(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set: this is run by Maven");
    }
    return value;
  }
}
