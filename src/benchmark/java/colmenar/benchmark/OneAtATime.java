package colmenar.benchmark;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Single tasks with a pause between them. */
final class OneAtATime {

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final int NOT_COUNTED = 20;

  private OneAtATime() {}

  /** Some go before that are not counted. */
  static Latencies measure(int samples, Sample sample) throws Exception {
    long[] nanos = new long[samples];
    for (int i = -NOT_COUNTED; i < samples; i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      long took = sample.nanos(i);
      if (i >= 0) {
        nanos[i] = took;
      }
    }
    return Latencies.of(nanos);
  }

  /** Runs one and tells how long it took. */
  @FunctionalInterface
  interface Sample {
    long nanos(int number) throws Exception;
  }
}
