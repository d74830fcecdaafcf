package colmenar.backend;

import java.util.List;

/** Where a backend reports to; thread-safe. */
@FunctionalInterface
public interface Listener {

  /**
   * Takes in events, in the order in which they happened to each attempt.
   *
   * <p>A normal return promises that they are committed, so that the far side may forget them. It
   * may block while the database is away. Events that were told before, or that concern an attempt
   * which is over, are ignored: when in doubt, tell again.
   */
  void on(List<Event> events);
}
