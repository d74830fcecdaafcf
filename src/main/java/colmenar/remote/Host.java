package colmenar.remote;

import java.time.Duration;
import java.util.Optional;

/** A machine, as one account on it sees it. Thread-safe. */
public interface Host extends AutoCloseable {

  /** For messages, such as {@code ada@cluster.example.org}. */
  String name();

  /**
   * Runs a command in {@code /bin/sh} and waits for its end, and for that of everything it has
   * started that still holds its output.
   *
   * @param command for the shell; its words have been {@linkplain Shell#quote quoted}
   * @param input for its standard input, which ends with it
   * @param limit after which it is given up; it may go on there
   * @throws UnreachableException when there is no answer; the command may have been run
   */
  Answer run(String command, String input, Duration limit);

  /** Its files; each of its methods may throw {@link UnreachableException}. */
  RemoteFiles files();

  /**
   * Starts a command that is spoken to for long.
   *
   * @throws UnreachableException when it cannot be started
   */
  Dialogue dialogue(String command);

  /** Why it could not be reached the last time; empty when nothing is known against it. */
  Optional<String> trouble();

  /** Ends all connections; what goes on meanwhile ends with an {@link UnreachableException}. */
  @Override
  void close();
}
