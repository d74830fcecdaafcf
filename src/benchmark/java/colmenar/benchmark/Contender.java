package colmenar.benchmark;

import java.util.Optional;

/** One way of running tasks that do nothing. */
interface Contender extends AutoCloseable {

  String name();

  /** What its figures include, in a few words. */
  String includes();

  /** Runs this many from beginning to end, as fast as it can. */
  double tasksPerSecond(int tasks) throws Exception;

  /** Runs one at a time; nothing where that is not comparable. */
  default Optional<Latencies> oneAtATime(int samples) throws Exception {
    return Optional.empty();
  }

  /** Runs one now; how long it took in nanoseconds. */
  default long single() throws Exception {
    throw new UnsupportedOperationException(name());
  }

  /** Id of its server's process; 0 when it runs in this one. */
  default long server() {
    return 0;
  }

  /** How many tasks make a round, when so many are usual. */
  default int round(int usual) {
    return usual;
  }

  @Override
  default void close() {}
}
