package colmenar.backend.globus;

import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.Map;

/** What the stand-in says to a request. */
record CloudAnswer(int status, String body, Map<String, String> headers) {

  static CloudAnswer ok(JsonValue body) {
    return new CloudAnswer(200, body.toString(), Map.of());
  }

  static CloudAnswer ok(JsonObjectBuilder body) {
    return ok(body.build());
  }

  /** As the account service puts it. */
  static CloudAnswer noToken(int status, String error) {
    return new CloudAnswer(status, JsonText.object(Map.of("error", error)), Map.of());
  }

  static CloudAnswer failed(int status, String code, String reason) {
    return failure(status, code, JsonText.JSON.createValue(reason));
  }

  /** A request that lacks something, or has it in another form. */
  static CloudAnswer invalid(String field, String message) {
    JsonObject detail =
        JsonText.JSON
            .createObjectBuilder()
            .add("loc", JsonText.JSON.createArrayBuilder().add("body").add(field))
            .add("msg", message)
            .add("type", "value_error")
            .build();
    return failure(
        422, "REQUEST_MALFORMED", JsonText.JSON.createArrayBuilder().add(detail).build());
  }

  private static CloudAnswer failure(int status, String code, JsonValue detail) {
    JsonObjectBuilder body =
        JsonText.JSON
            .createObjectBuilder()
            .add("status", "Failed")
            .add("code", code)
            .add("error_args", JsonText.JSON.createArrayBuilder())
            .add("http_status_code", status)
            .add("detail", detail);
    return new CloudAnswer(status, body.build().toString(), Map.of());
  }

  RefusalException refusal() {
    return new RefusalException(this);
  }

  /** Ends the handling of a request with an answer. */
  static final class RefusalException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient CloudAnswer answer;

    private RefusalException(CloudAnswer answer) {
      super(answer.body());
      this.answer = answer;
    }

    CloudAnswer answer() {
      return answer;
    }
  }
}
