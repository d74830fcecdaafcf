package colmenar.rest;

import colmenar.history.Bin;
import colmenar.history.Grouping;
import colmenar.history.Series;
import colmenar.history.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What happened over time, in bins of one length. A list has one value for each bin, null where
 * nothing is known of it.
 *
 * @param since start of the first bin
 * @param until end of the last, which may be in the future
 * @param at when each bin begins
 */
@Schema(name = "History")
public record HistoryView(
    Instant since, Instant until, int stepSeconds, List<Instant> at, List<SeriesView> series) {

  private static final double MEDIAN = 0.5;
  private static final double NEARLY_ALL = 0.95;
  private static final double DIGITS = 1e4;
  private static final double MILLIS_PER_SECOND = 1000;

  /**
   * @param accounted up to when it is known what ran
   */
  static HistoryView of(Window window, List<Series> series, boolean byMethod, Instant accounted) {
    return new HistoryView(
        window.since(),
        window.until(),
        window.stepSeconds(),
        window.starts(),
        series.stream().map(one -> SeriesView.of(one, window, byMethod, accounted)).toList());
  }

  /**
   * One of the groups that were asked for.
   *
   * @param node its name
   * @param retried attempts that failed and are followed by another
   * @param running how many ran on average
   * @param slots how many slots there were on average; left out when grouped by method
   * @param waitingSeconds from having a task to its first attempt
   * @param runningSeconds of the code of an attempt
   * @param deliverySeconds from having a result to its first consumer
   */
  @Schema(name = "HistorySeries")
  public record SeriesView(
      @Nullable String backend,
      @Nullable String method,
      @Nullable String node,
      List<@Nullable Long> submitted,
      List<@Nullable Long> succeeded,
      List<@Nullable Long> failed,
      List<@Nullable Long> canceled,
      List<@Nullable Long> retried,
      List<@Nullable Double> running,
      @Nullable List<@Nullable Double> slots,
      QuantilesView waitingSeconds,
      QuantilesView runningSeconds,
      QuantilesView deliverySeconds,
      TotalView total) {

    static SeriesView of(Series series, Window window, boolean byMethod, Instant accounted) {
      List<@Nullable Bin> bins = series.bins();
      return new SeriesView(
          series.group().get(Grouping.BACKEND),
          series.group().get(Grouping.METHOD),
          series.group().get(Grouping.NODE),
          each(bins, Bin::submitted),
          each(bins, Bin::succeeded),
          each(bins, Bin::failed),
          each(bins, Bin::canceled),
          each(bins, Bin::retried),
          averages(bins, Bin::busyMillis, window, accounted),
          byMethod ? null : averages(bins, Bin::slotMillis, window, accounted),
          QuantilesView.of(bins, Bin::waiting),
          QuantilesView.of(bins, Bin::running),
          QuantilesView.of(bins, Bin::delivery),
          TotalView.of(series.total(), window.elapsed(accounted), byMethod));
    }
  }

  /** The same over the whole window. */
  @Schema(name = "HistoryTotal")
  public record TotalView(
      long submitted,
      long succeeded,
      long failed,
      long canceled,
      long retried,
      @Nullable Double running,
      @Nullable Double slots,
      QuantileView waitingSeconds,
      QuantileView runningSeconds,
      QuantileView deliverySeconds) {

    static TotalView of(Bin total, double seconds, boolean byMethod) {
      return new TotalView(
          total.submitted(),
          total.succeeded(),
          total.failed(),
          total.canceled(),
          total.retried(),
          average(total.busyMillis(), seconds),
          byMethod ? null : average(total.slotMillis(), seconds),
          QuantileView.of(total::waiting),
          QuantileView.of(total::running),
          QuantileView.of(total::delivery));
    }
  }

  /** Estimated, right to a fifth. */
  @Schema(name = "HistoryQuantiles")
  public record QuantilesView(List<@Nullable Double> p50, List<@Nullable Double> p95) {

    static QuantilesView of(List<@Nullable Bin> bins, Times times) {
      return new QuantilesView(
          each(bins, bin -> rounded(times.quantile(bin, MEDIAN))),
          each(bins, bin -> rounded(times.quantile(bin, NEARLY_ALL))));
    }
  }

  /** Estimated, right to a fifth; left out when there was nothing. */
  @Schema(name = "HistoryQuantile")
  public record QuantileView(@Nullable Double p50, @Nullable Double p95) {

    static QuantileView of(Function<Double, OptionalDouble> quantile) {
      return new QuantileView(rounded(quantile.apply(MEDIAN)), rounded(quantile.apply(NEARLY_ALL)));
    }
  }

  private static <T> List<@Nullable T> each(List<@Nullable Bin> bins, Value<T> value) {
    List<@Nullable T> values = new ArrayList<>(bins.size());
    for (Bin bin : bins) {
      values.add(bin == null ? null : value.of(bin));
    }
    return values;
  }

  private static List<@Nullable Double> averages(
      List<@Nullable Bin> bins, Function<Bin, Long> millis, Window window, Instant accounted) {
    List<@Nullable Double> values = new ArrayList<>(bins.size());
    for (int i = 0; i < bins.size(); i++) {
      Bin bin = bins.get(i);
      values.add(bin == null ? null : average(millis.apply(bin), window.elapsed(i, accounted)));
    }
    return values;
  }

  private static @Nullable Double average(long millis, double seconds) {
    return seconds > 0 ? rounded(OptionalDouble.of(millis / MILLIS_PER_SECOND / seconds)) : null;
  }

  private static @Nullable Double rounded(OptionalDouble value) {
    return value.isEmpty() ? null : Math.round(value.getAsDouble() * DIGITS) / DIGITS;
  }

  /** What is told of a bin. */
  private interface Value<T> {
    @Nullable T of(Bin bin);
  }

  /** One of the times of a bin. */
  private interface Times {
    OptionalDouble quantile(Bin bin, double part);
  }
}
