package colmenar.backend;

/** How an attempt ended. */
public sealed interface Outcome {

  /**
   * It returned.
   *
   * @param value JSON text
   */
  record Succeeded(String value) implements Outcome {}

  record Failed(Failure failure) implements Outcome {}

  /**
   * It was ended, or given up, on request.
   *
   * @param note what an owner should know, such as that the far side goes on running; else empty
   */
  record Canceled(String note) implements Outcome {}
}
