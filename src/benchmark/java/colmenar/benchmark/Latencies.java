package colmenar.benchmark;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How long something took, again and again; in milliseconds. */
record Latencies(double p50, double p95, double p99) {

  private static final double NANOS_PER_MILLI = Duration.ofMillis(1).toNanos();

  static Latencies of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latencies(percentile(sorted, 50), percentile(sorted, 95), percentile(sorted, 99));
  }

  /** The median over rounds of each percentile. */
  static Latencies median(List<Latencies> rounds) {
    return new Latencies(
        median(rounds, Latencies::p50),
        median(rounds, Latencies::p95),
        median(rounds, Latencies::p99));
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double median(List<Latencies> rounds, ToDoubleFunction<Latencies> of) {
    return median(rounds.stream().mapToDouble(of).toArray());
  }

  private static double percentile(long[] sorted, int percent) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
    return sorted[Math.max(0, rank - 1)] / NANOS_PER_MILLI;
  }
}
