package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import colmenar.dispatch.Submission;
import colmenar.json.Json;
import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import colmenar.task.TaskRequest.ClientId;
import colmenar.task.TaskRequest.Schedule;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmissionJsonTest {

  @Test
  void everything_that_is_given_is_read() {
    Submission submission =
        SubmissionJson.read(
            Json.object(
                """
                {
                  'method': 'm', 'version': 3, 'args': [1], 'kwargs': {'a': 2}, 'backend': 'cluster',
                  'topic': 'simulate', 'taskInfo': {'key': [1]}, 'keepInputs': false,
                  'priority': -5, 'maxRetries': 2, 'maxAttempts': 4, 'timeLimitSeconds': 1.5,
                  'resources': {'nodes': 2}, 'licences': {'ansys': 2}, 'options': {'x': 1},
                  'created': '2025-03-01T13:00:00.5+01:00', 'timeSpans': {'serializeInputs': 0.1},
                  'notBefore': '2025-03-02T12:00:00Z', 'startBy': '2025-03-03T12:00:00Z',
                  'finishBy': '2025-03-04T12:00:00Z', 'waitLimitSeconds': 2,
                  'totalLimitSeconds': 2.5, 'retry': {'factor': 3}, 'campaign': 'spring',
                  'labels': {'phase': '2'}, 'clientId': 'c/1'
                }"""));

    assertThat(submission)
        .isEqualTo(
            new Submission(
                "m",
                3,
                Json.array("[1]"),
                Json.object("{'a': 2}"),
                "cluster",
                "simulate",
                Json.object("{'key': [1]}"),
                false,
                -5,
                2,
                4,
                Duration.ofMillis(1_500),
                Json.object("{'nodes': 2}"),
                Json.object("{'ansys': 2}"),
                Json.object("{'x': 1}"),
                Instant.parse("2025-03-01T12:00:00.5Z"),
                Json.object("{'serializeInputs': 0.1}"),
                new Schedule(
                    Instant.parse("2025-03-02T12:00:00Z"),
                    Instant.parse("2025-03-03T12:00:00Z"),
                    Instant.parse("2025-03-04T12:00:00Z"),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(2_500)),
                Json.object("{'factor': 3}"),
                "spring",
                Map.of("phase", "2"),
                submission.clientId()));
    assertThat(submission.clientId()).extracting(ClientId::id).isEqualTo("c/1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'method': 'm'}",
        """
        {'method': 'm', 'version': null, 'backend': null, 'maxRetries': null, 'maxAttempts': null,
         'timeLimitSeconds': null, 'taskInfo': null}"""
      })
  void what_is_left_out_or_null_is_left_to_the_method(String json) {
    assertThat(SubmissionJson.read(Json.object(json)))
        .isEqualTo(
            new Submission(
                "m",
                null,
                JsonValue.EMPTY_JSON_ARRAY,
                JsonValue.EMPTY_JSON_OBJECT,
                null,
                "default",
                JsonValue.NULL,
                true,
                0,
                null,
                null,
                null,
                JsonValue.EMPTY_JSON_OBJECT,
                JsonValue.EMPTY_JSON_OBJECT,
                JsonValue.EMPTY_JSON_OBJECT,
                null,
                JsonValue.EMPTY_JSON_OBJECT,
                Schedule.FREE,
                JsonValue.EMPTY_JSON_OBJECT,
                null,
                Map.of(),
                null));
  }

  @Test
  void a_submission_that_is_repeated_has_the_same_print_whatever_was_measured_anew() {
    String first =
        "{'method': 'm', 'clientId': 'c', 'args': [1], 'created': '2025-03-01T12:00:00Z'}";
    String again =
        "{'args': [1], 'clientId': 'c', 'method': 'm', 'created': '2025-03-01T12:00:07Z',"
            + " 'timeSpans': {'x': 1}}";
    String other = "{'method': 'm', 'clientId': 'c', 'args': [2]}";

    assertThat(print(again)).isEqualTo(print(first)).isNotEqualTo(print(other));
  }

  private static String print(String json) {
    return SubmissionJson.read(Json.object(json)).clientId().print();
  }

  @ParameterizedTest(name = "{0} names {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'method': ''                       | method",
        "'method': 5                        | method",
        "'version': 0                       | version",
        "'version': '1'                     | version",
        "'version': 1.5                     | version",
        "'args': {}                         | args",
        "'args': null                       | args",
        "'kwargs': []                       | kwargs",
        "'backend': ''                      | backend",
        "'topic': 'a b'                     | topic",
        "'topic': ''                        | topic",
        "'topic': null                      | topic",
        "'keepInputs': 'yes'                | keepInputs",
        "'priority': 1001                   | priority",
        "'priority': -1001                  | priority",
        "'priority': 0.5                    | priority",
        "'maxRetries': -1                   | maxRetries",
        "'maxAttempts': 0                   | maxAttempts",
        "'timeLimitSeconds': 0              | timeLimitSeconds",
        "'licences': []                     | licences",
        "'licences': {'ansys': -1}          | licences.ansys",
        "'licences': {'ansys': 0.5}         | licences.ansys",
        "'timeLimitSeconds': -1             | timeLimitSeconds",
        "'timeLimitSeconds': 31536001       | timeLimitSeconds",
        "'timeLimitSeconds': '5'            | timeLimitSeconds",
        "'resources': {'nodes': 0}          | resources.nodes",
        "'resources': {'memoryMb': 0}       | resources.memoryMb",
        "'resources': {'gpus': -1}          | resources.gpus",
        "'resources': {'queue': 'a;rm'}     | resources.queue",
        "'resources': {'account': ''}       | resources.account",
        "'resources': {'walltime': 5}       | resources.walltime",
        "'options': []                      | options",
        "'created': 5                       | created",
        "'created': 'yesterday'             | created",
        "'created': '2025-03-01T12:00:00'   | created",
        "'created': '2025-02-30T12:00:00Z'  | created",
        "'timeSpans': {'serializeInputs': -1}  | timeSpans.serializeInputs",
        "'timeSpans': {'serializeInputs': '1'} | timeSpans.serializeInputs",
        "'methodd': 'm'                     | methodd"
      })
  void a_refusal_names_the_field(String member, String field) {
    String method = member.startsWith("'method':") ? "" : "'method': 'm', ";

    assertThatThrownBy(() -> SubmissionJson.read(Json.object("{" + method + member + "}")))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(e -> assertThat(e.errors()).extracting(FieldError::field).containsOnly(field));
  }

  @Test
  void every_fault_is_named_at_once() {
    assertThatThrownBy(
            () -> SubmissionJson.read(Json.object("{'method': 5, 'priority': 'x', 'topic': ''}")))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e ->
                assertThat(e.errors())
                    .extracting(FieldError::field)
                    .containsExactlyInAnyOrder("method", "priority", "topic"));
  }

  @Test
  void a_method_is_required() {
    assertThatThrownBy(() -> SubmissionJson.read(Json.object("{}")))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(e -> assertThat(e.errors().get(0).message()).contains("method"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "5", "'m'", "null"})
  void a_submission_is_an_object(String json) {
    assertThatThrownBy(() -> SubmissionJson.read(Json.value(json)))
        .isInstanceOf(InvalidException.class)
        .hasMessageContaining("expected a JSON object");
  }

  @Test
  void the_api_description_has_the_fields_of_the_schema() {
    assertThat(Arrays.stream(SubmissionBody.class.getRecordComponents()).map(c -> c.getName()))
        .allSatisfy(
            name -> assertThat(nameIsKnown(name)).as("%s in submit-task.json", name).isTrue());
  }

  /** Whatever its value: a name that is not known is told so. */
  private static boolean nameIsKnown(String name) {
    try {
      SubmissionJson.read(Json.object("{'" + name + "': []}"));
      return true;
    } catch (InvalidException e) {
      return !e.errors().contains(new FieldError(name, "is not known here"));
    }
  }
}
