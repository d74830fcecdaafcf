package colmenar.bean;

import colmenar.backend.Resources;
import java.nio.file.Path;

/** One running call of a Java method; to be used by the thread that runs it. */
public interface Call {

  /**
   * Tells how far it has come.
   *
   * @param fraction from 0 to 1; values outside are moved to the nearest end
   */
  void progress(double fraction, String message);

  /** Streams an item to the consumer of the task's topic before the method returns. */
  void emit(Object item);

  /**
   * Whether it should end early, because of a cancel or its time limit. Its thread is interrupted
   * too; a method that heeds neither keeps its slot until it returns.
   */
  boolean canceled();

  Resources resources();

  /** A directory of its own, made at the first call and removed after a success. */
  Path directory();
}
