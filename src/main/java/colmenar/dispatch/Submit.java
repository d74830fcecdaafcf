package colmenar.dispatch;

import colmenar.task.Begun;
import colmenar.task.DirectStart;
import org.jspecify.annotations.Nullable;

/** A transaction that makes tasks, some of which may begin at once. */
interface Submit<T> {

  /**
   * @param start where they may begin; null when they have to wait
   */
  Begun<T> with(@Nullable DirectStart start);
}
