package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.FailureClass;
import colmenar.json.JsonText;
import colmenar.rest.AttemptView.FailureView;
import colmenar.task.Delivery;
import colmenar.task.Lease;
import colmenar.task.Report;
import colmenar.task.TaskState;
import jakarta.json.JsonObject;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written agrees with what the API description says. */
class ResultJsonTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private static Report report(
      boolean complete, @Nullable FailureClass cause, @Nullable FailureClass ofAttempt) {
    return new Report(
        new UUID(1, 2),
        cause == null ? TaskState.SUCCEEDED : TaskState.FAILED,
        "local",
        "m",
        3,
        "t",
        1,
        2,
        true,
        11,
        NOW,
        NOW,
        2,
        4,
        complete,
        true,
        "[1]",
        3,
        NOW,
        NOW,
        17,
        1,
        cause,
        "[0]",
        "{}",
        "null",
        "{\"nodes\":1}",
        "{\"serializeInputs\":0.5}",
        NOW,
        NOW,
        NOW,
        NOW,
        ofAttempt,
        ofAttempt == null ? null : "ValueError",
        ofAttempt == null ? null : "it \"failed\"",
        ofAttempt == null ? null : "trace",
        0,
        "{\"hostname\":\"h\"}",
        "{\"running\":0.25}");
  }

  private static JsonObject json(StreamingOutput output) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    output.write(bytes);
    return JsonText.stored(bytes.toString(StandardCharsets.UTF_8)).asJsonObject();
  }

  private static List<String> members(Class<?> view) {
    return Arrays.stream(view.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  private static JsonObject received(Report report) throws IOException {
    Delivery delivery = new Delivery(new Lease(new UUID(0, 1), 17, 17), NOW, List.of(report));
    return json(ResultJson.of(delivery, 5)).getJsonArray("results").getJsonObject(0);
  }

  @Test
  void every_member_of_the_description_is_written_and_no_other() throws IOException {
    JsonObject result = received(report(false, FailureClass.APPLICATION, FailureClass.APPLICATION));

    assertThat(result.keySet()).containsExactlyInAnyOrderElementsOf(members(ResultView.class));
    assertThat(result.getJsonObject("timestamps").keySet())
        .containsExactlyInAnyOrderElementsOf(members(ResultView.Timestamps.class));
    assertThat(result.getJsonObject("messageSizes").keySet())
        .containsExactlyInAnyOrderElementsOf(members(ResultView.Sizes.class));
    assertThat(result.getJsonObject("failure").keySet())
        .containsExactlyInAnyOrderElementsOf(members(FailureView.class));
  }

  @Test
  void a_delivery_has_the_members_of_its_description() throws IOException {
    Delivery delivery = new Delivery(new Lease(new UUID(0, 1), 2, 3), NOW, List.of());

    JsonObject json = json(ResultJson.of(delivery, 5));

    assertThat(json.keySet()).containsExactlyInAnyOrderElementsOf(members(DeliveryView.class));
    assertThat(json.getInt("acknowledged")).isEqualTo(5);
    assertThat(json(ResultJson.of(delivery, null))).doesNotContainKey("acknowledged");
  }

  @Test
  void an_outcome_has_no_index_and_alone_no_sequence() throws IOException {
    assertThat(received(report(true, null, null))).doesNotContainKeys("index", "failure");
    assertThat(json(ResultJson.of(report(true, null, null))))
        .doesNotContainKeys("index", "sequence", "deliveries");
  }

  @Test
  void spans_of_client_and_worker_come_together() throws IOException {
    JsonObject spans = received(report(true, null, null)).getJsonObject("timeSpans");

    assertThat(spans.keySet()).containsExactlyInAnyOrder("serializeInputs", "running");
  }

  @Test
  void a_task_whose_time_was_over_while_it_waited_says_so() throws IOException {
    JsonObject neverTried = received(report(true, FailureClass.TIME_LIMIT, null));
    JsonObject betweenTries =
        received(report(true, FailureClass.TIME_LIMIT, FailureClass.APPLICATION));

    for (JsonObject result : List.of(neverTried, betweenTries)) {
      assertThat(result.getJsonObject("failure").getString("failureClass")).isEqualTo("TIME_LIMIT");
      assertThat(result.getJsonObject("failure").getString("type")).isEqualTo("WaitLimit");
    }
  }
}
