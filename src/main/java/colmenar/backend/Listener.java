package colmenar.backend;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where a backend reports to; thread-safe. */
@FunctionalInterface
public interface Listener {

  /**
   * Takes in events, in the order in which they happened to each attempt; returns at once.
   *
   * <p>The stage completes when they are committed, so that the far side may forget them. While the
   * database is away that may take long: whoever goes on meanwhile must not pile up reports without
   * bound. It fails when the server stops first; {@link Backend#recover} follows then. Events that
   * were told before, or that concern an attempt which is over, are ignored: when in doubt, tell
   * again.
   */
  CompletionStage<Void> on(List<Event> events);
}
