package colmenar.backend;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a backend reports of an attempt. */
public sealed interface Event {

  UUID attempt();

  /**
   * The far side has it, and knows it by this id.
   *
   * @param nativeId whatever the adapter needs to find it again, at most 500 characters
   */
  record Accepted(UUID attempt, String nativeId, Instant at) implements Event {}

  /** It has begun to run. */
  record Running(UUID attempt, Map<String, String> worker, Instant at) implements Event {
    public Running {
      worker = Map.copyOf(worker);
    }
  }

  /**
   * How far it has come.
   *
   * @param fraction from 0 to 1
   */
  record Progress(UUID attempt, double fraction, String message, Instant at) implements Event {}

  /**
   * One streamed item.
   *
   * @param index 0 for the first item of this attempt; no gaps
   * @param value JSON text
   */
  record Item(UUID attempt, int index, String value, Instant at) implements Event {}

  /** It was taken but not begun, and goes back to wait for its turn. */
  record GivenBack(UUID attempt) implements Event {}

  /** It is over. */
  record Finished(UUID attempt, Outcome outcome, @Nullable Execution execution, Instant at)
      implements Event {}
}
