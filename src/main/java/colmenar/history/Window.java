package colmenar.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The bins of a stretch of time, which begin and end at multiples of their length since 1970.
 *
 * @param since start of the first bin
 * @param until end of the last
 * @param spanSeconds length of the spans that are added up, a minute or an hour
 */
public record Window(Instant since, Instant until, int stepSeconds, int spanSeconds) {

  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  /** A day, and by how much a request for the last one may be late. */
  private static final Duration MOST_MINUTES = Duration.ofDays(1).plusMinutes(5);

  private static final List<Integer> STEPS =
      List.of(60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 604_800);

  /**
   * With the shortest step that makes at most so many bins of the time between; because they begin
   * at multiples of the step there may be one more.
   *
   * @return empty when that would need bins of more than a week
   */
  public static Optional<Window> of(Instant since, Instant until, int bins, Instant now) {
    Duration length = Duration.between(since, until);
    boolean minutes =
        !since.isBefore(now.minus(History.MINUTES_KEPT)) && length.compareTo(MOST_MINUTES) <= 0;
    return STEPS.stream()
        .filter(step -> minutes || step >= HOUR)
        .filter(step -> length.compareTo(Duration.ofSeconds((long) step * bins)) <= 0)
        .findFirst()
        .map(step -> aligned(since, until, step, step < HOUR ? MINUTE : HOUR));
  }

  private static Window aligned(Instant since, Instant until, int step, int span) {
    long first = Math.floorDiv(since.getEpochSecond(), step);
    long end = Math.floorDiv(until.getEpochSecond(), step);
    boolean whole = until.getNano() == 0 && until.getEpochSecond() % step == 0;
    return new Window(
        Instant.ofEpochSecond(first * step),
        Instant.ofEpochSecond((whole ? end : end + 1) * step),
        step,
        span);
  }

  public int bins() {
    return Math.toIntExact(Duration.between(since, until).toSeconds() / stepSeconds);
  }

  /** When each bin begins. */
  public List<Instant> starts() {
    return Stream.iterate(since, at -> at.plusSeconds(stepSeconds)).limit(bins()).toList();
  }

  /** How much of a bin is before a time, in seconds. */
  public double elapsed(int bin, Instant time) {
    return elapsed(since.plusSeconds((long) bin * stepSeconds), stepSeconds, time);
  }

  /** The same of all bins together. */
  public double elapsed(Instant time) {
    return elapsed(since, Duration.between(since, until).toSeconds(), time);
  }

  private static double elapsed(Instant from, long most, Instant time) {
    return Math.max(0, Math.min(most, Duration.between(from, time).toSeconds()));
  }
}
