package colmenar.benchmark;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Several things at once, each on a thread of its own. */
final class Parallel {

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private Parallel() {}

  /** Returns when all have; throws what the first of them threw. */
  static <T> void run(List<Callable<T>> callables) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(callables.size());
    try {
      for (Future<T> future : executor.invokeAll(callables)) {
        future.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  static double perSecond(long count, long nanos) {
    return count * NANOS_PER_SECOND / nanos;
  }
}
