package colmenar.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures of all rounds, for a table. */
final class Rounds {

  private Rounds() {}

  /** How a figure is written. */
  @FunctionalInterface
  interface Format {
    String of(double value);
  }

  static String join(List<Double> rounds, Format format) {
    return String.join("; ", rounds.stream().map(format::of).toList());
  }

  static double median(List<Double> values) {
    return Latencies.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  static List<Double> p50(List<Latencies> rounds) {
    return rounds.stream().map(Latencies::p50).toList();
  }

  static List<Double> p95(List<Latencies> rounds) {
    return rounds.stream().map(Latencies::p95).toList();
  }

  /** A row with the ratio in each round, and the median of these. */
  static void ratio(
      Table ratios, String what, List<Double> ours, List<Double> theirs, String goal) {
    List<Double> each = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      each.add(ours.get(i) / theirs.get(i));
    }
    ratios.add(what, join(each, Table::ratio), Table.ratio(median(each)), goal);
  }

  /** The median of each role, and of the sums. */
  static String describe(List<Map<String, Long>> rounds) {
    List<String> roles = new ArrayList<>();
    for (String role : rounds.get(0).keySet()) {
      double median =
          median(rounds.stream().map(round -> (double) round.getOrDefault(role, 0L)).toList());
      if (median >= 1) {
        roles.add(String.format(Locale.ROOT, "%s %.0f", role, median));
      }
    }
    double all = median(rounds.stream().map(round -> (double) sum(round)).toList());
    return String.format(Locale.ROOT, "%s = %.0f", String.join(" + ", roles), all);
  }

  static long sum(Map<String, Long> micros) {
    return micros.values().stream().mapToLong(Long::longValue).sum();
  }
}
