package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.json.JsonText;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A result as an endpoint sends it. */
record ResultMessage(JsonObject data) {

  private static final double NANOS = 1e9;

  static ResultMessage parse(byte[] body) {
    String text = new String(body, 1, body.length - 1, UTF_8);
    return new ResultMessage(JsonText.parse(text).asJsonObject().getJsonObject("data"));
  }

  /**
   * @param failure what is told instead of data; null when all went well
   */
  static ResultMessage of(UUID task, String data, @Nullable String failure) {
    JsonObjectBuilder json =
        JsonText.JSON
            .createObjectBuilder()
            .add("task_id", task.toString())
            .add("data", failure == null ? data : failure)
            .add(
                "details",
                JsonText.JSON
                    .createObjectBuilder()
                    .add("python_version", "3.11.7")
                    .add("globus_compute_sdk_version", "4.15.0"))
            .addNull("error_details")
            .add("task_statuses", JsonText.JSON.createArrayBuilder());
    if (failure != null) {
      json.add(
          "error_details",
          JsonText.JSON
              .createObjectBuilder()
              .add("code", "RemoteExecutionError")
              .add("user_message", "An error occurred during the execution of this task"));
    }
    return new ResultMessage(json.build());
  }

  byte[] bytes() {
    JsonObjectBuilder message =
        JsonText.JSON.createObjectBuilder().add("message_type", "result").add("data", data);
    return ("\u0001" + message.build()).getBytes(UTF_8);
  }

  UUID task() {
    return UUID.fromString(data.getString("task_id"));
  }

  ResultMessage withoutDetails() {
    return new ResultMessage(
        JsonText.JSON.createObjectBuilder(data).remove("details").remove("task_statuses").build());
  }

  /** What is told of the task to whoever asks. */
  JsonObject status() {
    Instant now = Instant.now();
    JsonObjectBuilder status =
        JsonText.JSON
            .createObjectBuilder()
            .add("task_id", data.getString("task_id"))
            .add("completion_t", "%d.%06d".formatted(now.getEpochSecond(), now.getNano() / 1000));
    if (data.get("error_details") instanceof JsonObject) {
      status.add("status", "failed").add("exception", data.getString("data"));
    } else {
      status.add("status", "success").add("result", data.getString("data"));
    }
    return data.get("details") instanceof JsonObject details
        ? status.add("details", withTransitions(details)).build()
        : status.build();
  }

  private JsonObjectBuilder withTransitions(JsonObject details) {
    JsonObjectBuilder transitions = JsonText.JSON.createObjectBuilder();
    if (data.get("task_statuses") instanceof JsonArray statuses) {
      for (JsonObject each : statuses.getValuesAs(JsonObject.class)) {
        double seconds = each.getJsonNumber("timestamp").doubleValue() / NANOS;
        transitions.add(each.getString("state"), seconds);
      }
    }
    return JsonText.JSON.createObjectBuilder(details).add("task_transitions", transitions);
  }
}
