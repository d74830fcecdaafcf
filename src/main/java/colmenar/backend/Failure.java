package colmenar.backend;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param failureClass who is to blame, which decides about retries
 * @param type name of the exception, or of the condition, such as {@code NonZeroExit}
 * @param message one or a few lines
 * @param traceback text of the stack; null when there is none
 */
public record Failure(
    FailureClass failureClass, String type, String message, @Nullable String traceback) {}
