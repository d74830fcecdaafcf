package colmenar.dispatch;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long ago the engine's heart has tried to beat, and how long ago it did. Apart, because a
 * database that is away makes every try fail, which is no reason to start the server anew. Written
 * by the heart, read by any thread.
 */
final class Heart {

  private final LongSupplier nanos;
  private volatile long triedAt;
  private volatile long beatAt;

  Heart(LongSupplier nanos) {
    this.nanos = nanos;
    this.triedAt = nanos.getAsLong();
    this.beatAt = triedAt;
  }

  void tries() {
    triedAt = nanos.getAsLong();
  }

  void beats() {
    beatAt = nanos.getAsLong();
  }

  Duration sinceTry() {
    return Duration.ofNanos(nanos.getAsLong() - triedAt);
  }

  Duration sinceBeat() {
    return Duration.ofNanos(nanos.getAsLong() - beatAt);
  }
}
