package colmenar.remote;

import java.time.Duration;
import java.util.concurrent.Future;

/** Does something later. */
@FunctionalInterface
public interface Timer {

  /**
   * @param action which is short
   * @return cancels it
   */
  Future<?> after(Duration delay, Runnable action);
}
