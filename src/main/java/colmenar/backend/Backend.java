package colmenar.backend;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A named, configured place where attempts run.
 *
 * <p>The engine calls {@link #start} once, then {@link #recover} with everything that this server
 * owns and that is not finished, then the other methods from any number of threads. No transaction
 * is open during any call. Every call returns within seconds: what takes longer is done in the
 * background and told to the {@link Listener}.
 *
 * <p>The id of the attempt is the key of everything. An adapter gives it to the far side (as job
 * name, task id, correlation id) wherever the far side has room for it, so that the question "did
 * this arrive?" has an answer after any crash.
 */
public interface Backend {

  /** The name by which methods and tasks ask for this backend; stable over restarts. */
  String name();

  Profile profile();

  /** Starts the adapter; from now on it may report to the listener. */
  void start(Listener listener);

  /**
   * Says what became of attempts that were handed over before a restart, or by a server that died,
   * one answer for each, and re-attaches to those that still run. May be called again for the same
   * attempts, and never while {@link #submit} is under way.
   *
   * <p>They are all that this server owns here. Whatever else the adapter still has was taken over
   * by another server while this one slept: it ends those that run inside this server, and stops
   * watching the others without ending them.
   *
   * @throws BackendUnavailableException when the far side cannot be asked now; the engine asks
   *     later
   */
  List<Recovered> recover(List<Handle> attempts);

  /**
   * How many attempts it will take right now. The engine hands out no more than that; whatever
   * waits, waits in the database, where it can be cancelled and re-ordered.
   */
  int capacity();

  /**
   * Hands over attempts.
   *
   * <p>A normal return promises: each attempt not named in a refusal has been taken, and its
   * outcome will be told to the listener, or accounted for by {@link #recover} after a restart.
   * Handing over an attempt again that was already taken changes nothing.
   *
   * @return the attempts not taken, each with whether it would be refused again; empty when all
   *     were taken
   * @throws BackendUnavailableException when none was taken as far as is known. An answer that got
   *     lost counts as this too: the engine asks {@link #recover} before it hands over again
   */
  List<Refusal> submit(List<Work> works);

  /**
   * Asks that attempts end early. Only a request: the outcome tells what happened, and may still be
   * a success. Unknown and finished attempts are ignored; repeating it is harmless.
   */
  void cancel(Collection<UUID> attempts);

  /**
   * What an unfinished attempt has written so far, from a byte offset on. Empty when the attempt is
   * not, or no longer, known here, or the backend cannot look.
   */
  Optional<OutputChunk> output(UUID attempt, OutputStream stream, long offset, int maxBytes);

  /**
   * Why an attempt that was taken has not begun, in a sentence for the task's owner. Empty when it
   * has begun, or nothing is known of it here.
   */
  default Optional<String> waiting(UUID attempt) {
    return Optional.empty();
  }

  /** How it is, asked often and answered from memory. */
  Status status();

  /** Stops the adapter. What still runs is either ended or left to be found by {@link #recover}. */
  void stop();

  /** The two streams of a process. */
  enum OutputStream {
    STDOUT,
    STDERR
  }
}
