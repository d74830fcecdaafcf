package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Code;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.backend.SampleWork;
import colmenar.backend.Work;
import colmenar.container.Services;
import colmenar.json.JsonText;
import colmenar.worker.WorkerLimits;
import colmenar.worker.WorkerReport;
import colmenar.worker.WorkerRequest;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is registered and submitted, as a real endpoint runs it. */
class FunctionsOnEndpointTest {

  private static final int LIMIT_SECONDS = 60;
  private static final int MOST_CHARACTERS = 10_000_000;
  private static final UUID ENDPOINT = new UUID(0, 7);
  private static final WorkerLimits LIMITS = new WorkerLimits(1 << 20, 1 << 24, 5);

  @TempDir private static Path directory;
  private static final BlockingQueue<byte[]> results = new LinkedBlockingQueue<>();
  private static final FunctionText text = new FunctionText();
  private static Broker broker;
  private static RealEndpoint endpoint;
  private static Connection connection;
  private static Channel channel;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = RealEndpoint.program();
    Services.require("globus-compute-endpoint, on the path", program.isPresent());
    broker = new Broker(Files.createDirectory(directory.resolve("broker")));
    endpoint = new RealEndpoint(ENDPOINT, broker, program.orElseThrow(), directory);
    connection = broker.connect();
    channel = connection.createChannel();
    channel.basicConsume(
        RealEndpoint.RESULTS, true, (tag, message) -> results.add(message.getBody()), tag -> {});
  }

  @AfterAll
  static void stop() throws Exception {
    if (connection != null) {
      connection.close();
    }
    if (endpoint != null) {
      endpoint.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  private static TaskResult run(Work work) throws Exception {
    String request = WorkerRequest.inputs(work, LIMITS).build().toString();
    String function = Wire.function(FunctionText.ENTRY, text.of(work.code()));
    String payload = Wire.payload("[[%s],%d]".formatted(request, MOST_CHARACTERS), "{}");
    JsonObject task =
        JsonText.JSON
            .createObjectBuilder()
            .add("task_id", work.attempt().toString())
            .add("task_buffer", function + payload)
            .build();
    JsonObject message =
        JsonText.JSON.createObjectBuilder().add("message_type", "task").add("data", task).build();
    BasicProperties properties =
        new BasicProperties.Builder()
            .headers(
                Map.of(
                    "function_uuid", new UUID(0, 1).toString(),
                    "task_uuid", work.attempt().toString(),
                    "resource_specification", "null",
                    "result_serializers", List.of(Wire.JSON_SERIALIZER)))
            .build();
    channel.basicPublish(
        "", RealEndpoint.tasks(ENDPOINT), properties, ("\u0001" + message).getBytes(UTF_8));
    byte[] body = results.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(body).as("the result").isNotNull();
    TaskResult result = TaskResult.ofMessage(body);
    assertThat(result.task()).isEqualTo(work.attempt());
    return result;
  }

  private static Outcome outcome(Work work) throws Exception {
    TaskResult result = run(work);
    assertThat(result.failure()).isNull();
    JsonObject finished = result.outcomes().orElseThrow().get(0);
    assertThat(TaskResult.attempt(finished)).isEqualTo(work.attempt());
    return WorkerReport.outcome(finished);
  }

  private static Outcome python(String args, String source) throws Exception {
    return outcome(SampleWork.with(args, new Code.Python(source, "f")));
  }

  private static void assertFailed(Outcome outcome, FailureClass failureClass, String type) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.failure().failureClass()).isEqualTo(failureClass);
              assertThat(failed.failure().type()).isEqualTo(type);
            });
  }

  @Test
  void a_function_with_imports_helpers_and_letters_of_all_kinds() throws Exception {
    assertThat(
            python(
                "[\"→ü🚀\"]",
                """
                from math import sqrt
                SIGN = 'é🚀'
                def helper(text):
                    return text + SIGN
                def f(text):
                    return [helper(text), sqrt(4), len(text)]
                """))
        .isEqualTo(new Outcome.Succeeded("[\"→ü🚀é🚀\",2.0,3]"));
  }

  @Test
  void what_goes_wrong_in_the_code_is_the_application_s() throws Exception {
    assertFailed(
        python("[]", "def f(): return 1 / 0"), FailureClass.APPLICATION, "ZeroDivisionError");
    assertFailed(
        python("[]", "import sys\ndef f(): sys.exit(3)"), FailureClass.APPLICATION, "SystemExit");
    assertFailed(python("[]", "def f(): return {1, 2}"), FailureClass.APPLICATION, "ResultNotJson");
    assertFailed(
        python("[]", "def f(): return 'x' * 11_000_000"),
        FailureClass.APPLICATION,
        "ResultTooLarge");
    assertFailed(python("[]", "def f(: pass"), FailureClass.REJECTED, "SyntaxError");
    assertFailed(python("[1]", "def f(): pass"), FailureClass.REJECTED, "TypeError");
  }

  @Test
  void a_command_with_what_it_prints() throws Exception {
    Code.Command echo = SampleWork.command(List.of("env", "A=b"), "sh", "-c", "echo $A é; exit 0");
    assertThat(outcome(SampleWork.of(UUID.randomUUID(), echo)))
        .isEqualTo(new Outcome.Succeeded("\"b é\\n\""));
    assertFailed(
        outcome(SampleWork.of(UUID.randomUUID(), SampleWork.command(List.of(), "false"))),
        FailureClass.APPLICATION,
        "NonZeroExit");
  }

  @Test
  void whoever_ends_its_worker_is_told_as_a_lost_worker() throws Exception {
    Work leaving = SampleWork.with("[]", new Code.Python("import os\ndef f(): os._exit(3)", "f"));

    TaskResult result = run(leaving);

    assertThat(result.value()).isNull();
    assertThat(result.failure()).contains("WorkerLost");
    assertThat(python("[]", "def f(): return 1")).isEqualTo(new Outcome.Succeeded("1"));
  }
}
