package colmenar.benchmark;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Single tasks with a pause between them. */
final class OneAtATime {

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private OneAtATime() {}

  /** As many again, up to 1000, go before that are not counted. */
  static Latencies measure(int samples, Sample sample) throws Exception {
    int warmUps = Math.min(1000, samples);
    long[] nanos = new long[samples];
    for (int i = -warmUps; i < samples; i++) {
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
