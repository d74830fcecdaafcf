package colmenar.backend.local;

import colmenar.backend.Event;
import colmenar.backend.Work;
import java.nio.file.Path;
import java.util.Optional;

/** One attempt while it is on this machine. */
interface Run {

  Work work();

  /** Runs it to its end on the calling thread; never throws for what the user's code does. */
  Event.Finished execute();

  /**
   * Asks it to end early, from any thread; the first reason counts.
   *
   * @return whether this was the first time
   */
  boolean end(EndReason reason);

  /** Where it works, once that exists. */
  Optional<Path> directoryIfMade();

  /** What to tell when it does not end though asked to; empty when it is certain to end. */
  Optional<Event.Finished> abandoned();

  /** Why an attempt is ended before its time. */
  enum EndReason {
    CANCELED,
    TIME_LIMIT
  }
}
