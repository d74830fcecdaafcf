package colmenar.backend.globus;

import colmenar.backend.Code;
import colmenar.backend.Execution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts go to the service as one task: functions that take less time to run than to
 * pass on, when more of them wait than there are workers. Thread-safe.
 */
final class Bundles {

  private static final Duration SHORT = Duration.ofMillis(10);
  private static final int FEW_CHARACTERS = 20_000;

  /** Of the last ones against all before. */
  private static final double WEIGHT = 0.2;

  /** So many of each worker's share are a bundle, that no worker waits for another one. */
  private static final int BUNDLES_OF_A_WORKER = 2;

  /** What ends its worker takes its bundle along; so many go alone after that. */
  private static final int ALONE = 200;

  private static final int MOST_KEYS = 1000;

  private final int most;
  private final IntSupplier workers;
  private final Map<BatchKey, Habit> habits = new LinkedHashMap<>();

  /**
   * @param most attempts in a task
   * @param workers how many the endpoint has
   */
  Bundles(int most, IntSupplier workers) {
    this.most = most;
    this.workers = workers;
  }

  /** The tasks that are made of attempts with the same key. */
  List<List<Flight>> of(List<Flight> batch) {
    int size = size(batch.get(0).cargo().key(), batch.size());
    List<List<Flight>> bundles = new ArrayList<>();
    for (int from = 0; from < batch.size(); from += size) {
      bundles.add(batch.subList(from, Math.min(batch.size(), from + size)));
    }
    return bundles;
  }

  private synchronized int size(BatchKey key, int number) {
    Habit habit = habits.get(key);
    boolean isFunction = key.code() instanceof Code.Python && key.specification() == null;
    if (!isFunction || habit == null || !habit.isShort()) {
      return 1;
    }
    int share = BUNDLES_OF_A_WORKER * Math.max(1, workers.getAsInt());
    return Math.max(1, Math.min(most, number / share));
  }

  /**
   * An attempt has run.
   *
   * @param value JSON text; null when it has none
   */
  synchronized void ran(BatchKey key, Execution execution, @Nullable String value) {
    Instant started = execution.started();
    Instant ended = execution.ended();
    if (started != null && ended != null) {
      habits
          .computeIfAbsent(key, unknown -> new Habit())
          .note(Duration.between(started, ended), value == null ? 0 : value.length());
      if (habits.size() > MOST_KEYS) {
        habits.remove(habits.keySet().iterator().next());
      }
    }
  }

  /** One has ended its worker, and those that were in a task with it are lost. */
  synchronized void lost(BatchKey key) {
    habits.computeIfAbsent(key, unknown -> new Habit()).alone = ALONE;
  }

  private static final class Habit {
    private double seconds = -1;
    private double characters;
    private int alone;

    void note(Duration took, int length) {
      double now = took.toNanos() / 1e9;
      seconds = seconds < 0 ? now : seconds + WEIGHT * (now - seconds);
      characters += WEIGHT * (length - characters);
      alone = Math.max(0, alone - 1);
    }

    boolean isShort() {
      return alone == 0
          && seconds >= 0
          && seconds < SHORT.toNanos() / 1e9
          && characters < FEW_CHARACTERS;
    }
  }
}
