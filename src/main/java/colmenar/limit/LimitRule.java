package colmenar.limit;

import org.jspecify.annotations.Nullable;

/**
 * What a limit demands; null for nothing.
 *
 * @param maxRunning attempts, or units of a resource, at once and over all servers
 * @param perSecond starts in a second, in the long run
 * @param burst starts that may come together after a time without any; null for those of a second
 */
public record LimitRule(
    @Nullable Integer maxRunning, @Nullable Double perSecond, @Nullable Integer burst) {

  /** How many starts can be saved up. */
  double bucket() {
    if (burst != null) {
      return burst;
    }
    return perSecond == null ? 0 : Math.max(1, Math.ceil(perSecond));
  }
}
