package colmenar.task;

import java.time.Duration;

/**
 * How long to look for tasks in which a text stands: it may stand in none of very many.
 *
 * @param tasks so many are looked at, at most
 * @param time when it is over, what was found until then has to do
 */
record Patience(int tasks, Duration time) {

  static final Patience ENDLESS = new Patience(Integer.MAX_VALUE, Duration.ofNanos(Long.MAX_VALUE));

  boolean isOver(int lookedAt, long sinceNanos) {
    return lookedAt >= tasks || System.nanoTime() - sinceNanos >= time.toNanos();
  }
}
