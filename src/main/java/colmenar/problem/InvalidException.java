package colmenar.problem;

import java.io.Serial;
import java.util.List;

/** What was sent does not fit; every fault found is named. */
public final class InvalidException extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient List<FieldError> errors;

  public InvalidException(String message, List<FieldError> errors) {
    super(message);
    this.errors = List.copyOf(errors);
  }

  public InvalidException(String field, String message) {
    this(
        field.isEmpty() ? message : field + ": " + message,
        List.of(new FieldError(field, message)));
  }

  public List<FieldError> errors() {
    return errors;
  }

  /**
   * @param field where, in dotted form such as {@code resources.nodes}; empty for the whole
   * @param message what is wrong with it
   */
  public record FieldError(String field, String message) {}
}
