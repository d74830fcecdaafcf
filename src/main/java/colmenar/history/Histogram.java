package colmenar.history;

import java.util.OptionalDouble;

/**
 * How often something took how long: two buckets for each power of two, from 1 ms to 25 days, so
 * that a quantile is right to a fifth. Bucket {@code i} ends at {@code 2^(i/2)} ms; the first takes
 * what is shorter too, the last what is longer. Not thread-safe.
 */
final class Histogram {

  private static final int BUCKETS = 63;
  private static final double MILLIS_PER_SECOND = 1000;
  private static final double MICROS_PER_MILLI = 1000;
  private static final double[] ENDS = ends();

  private final long[] counts = new long[BUCKETS];

  private static double[] ends() {
    double[] ends = new double[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      ends[i] = Math.pow(2, i / 2.0);
    }
    return ends;
  }

  /** Less than nothing, which clocks of several machines can make, is nothing. */
  void add(long micros) {
    double millis = micros / MICROS_PER_MILLI;
    int low = 0;
    int high = BUCKETS - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (millis <= ENDS[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    counts[low]++;
  }

  /** Adds what another one has written. */
  void add(String text) {
    int at = 0;
    while (at < text.length()) {
      int colon = text.indexOf(':', at);
      int comma = text.indexOf(',', colon);
      int end = comma < 0 ? text.length() : comma;
      counts[Integer.parseInt(text, at, colon, 10)] += Long.parseLong(text, colon + 1, end, 10);
      at = end + 1;
    }
  }

  void add(Histogram other) {
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** Such as {@code 12:3,13:40}: three in bucket 12; empty when there are none. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < BUCKETS; i++) {
      if (counts[i] > 0) {
        text.append(text.isEmpty() ? "" : ",").append(i).append(':').append(counts[i]);
      }
    }
    return text.toString();
  }

  /**
   * In seconds, taken to be spread evenly (by factors) within a bucket.
   *
   * @param part such as 0.95
   */
  OptionalDouble quantile(double part) {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    double rank = part * all;
    long below = 0;
    for (int i = 0; i < BUCKETS; i++) {
      if (counts[i] > 0 && below + counts[i] >= rank) {
        double within = (rank - below) / counts[i];
        return OptionalDouble.of(Math.pow(2, (i - 1 + within) / 2) / MILLIS_PER_SECOND);
      }
      below += counts[i];
    }
    return OptionalDouble.empty();
  }
}
