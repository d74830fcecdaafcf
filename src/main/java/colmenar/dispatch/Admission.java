package colmenar.dispatch;

/** Place made for tasks that are about to be submitted. */
@FunctionalInterface
public interface Admission {

  /** They are committed, or will not be: from now on counting them tells. */
  void over();
}
