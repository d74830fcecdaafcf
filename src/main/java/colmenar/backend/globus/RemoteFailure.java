package colmenar.backend.globus;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What it means when the function that holds an attempt did not return: all that goes wrong in the
 * code itself is told by its return.
 */
final class RemoteFailure {

  /** The last line of a traceback. */
  private static final Pattern EXCEPTION =
      Pattern.compile("(?m)^([A-Za-z_][\\w.]*)(?:\\((.*)\\)|: (.*))$");

  private static final int MOST_MESSAGE = 2000;

  private RemoteFailure() {}

  /**
   * @param text as the service has it, mostly a traceback
   */
  static Failure of(String text) {
    if (text.contains("WorkerLost")) {
      return infrastructure(
          "WorkerLost",
          "the worker ended in the midst of it; it crashed, was killed or ran out of memory",
          text);
    }
    if (text.contains("ManagerLost")) {
      return infrastructure("ManagerLost", "the job that held the worker ended", text);
    }
    if (text.contains("MaxResultSizeExceeded")) {
      return failure(FailureClass.APPLICATION, "ResultTooLarge", lastLine(text), text);
    }
    if (text.contains("InvalidResourceSpecification")) {
      return failure(FailureClass.REJECTED, "InvalidResourceSpecification", lastLine(text), text);
    }
    if (text.contains("not permitted on endpoint")) {
      return failure(FailureClass.REJECTED, "FunctionNotAllowed", lastLine(text), text);
    }
    if (text.contains("disabled by current configuration")) {
      return failure(FailureClass.REJECTED, "SerializerNotAllowed", text, text);
    }
    return other(text);
  }

  private static Failure other(String text) {
    Matcher matcher = EXCEPTION.matcher(text);
    String type = "EndpointFailure";
    String message = text;
    while (matcher.find()) {
      type = matcher.group(1);
      message = matcher.group(3) == null ? matcher.group(2) : matcher.group(3);
    }
    return infrastructure(type, message, text);
  }

  private static Failure infrastructure(String type, String message, String text) {
    return failure(FailureClass.INFRASTRUCTURE, type, message, text);
  }

  private static Failure failure(
      FailureClass failureClass, String type, String message, String text) {
    return new Failure(
        failureClass, type, message.substring(0, Math.min(message.length(), MOST_MESSAGE)), text);
  }

  private static String lastLine(String text) {
    String stripped = text.strip();
    return stripped.substring(stripped.lastIndexOf('\n') + 1);
  }
}
