package colmenar.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import colmenar.json.Json;
import colmenar.limit.FakeLimits;
import colmenar.limit.Gate;
import colmenar.limit.GateState;
import colmenar.method.Catalog;
import colmenar.method.MethodDefinition;
import colmenar.method.MethodVersion;
import colmenar.problem.DrainingException;
import colmenar.problem.IllegalMoveException;
import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import colmenar.problem.NotFoundException;
import colmenar.problem.TooLargeException;
import colmenar.problem.TooManyTasksException;
import colmenar.task.SampleTasks;
import colmenar.task.Task;
import colmenar.task.TaskInput;
import colmenar.task.TaskRequest;
import colmenar.task.TaskRequest.Schedule;
import colmenar.task.TaskRequests;
import colmenar.task.Unfinished;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final int MOST_BYTES = 100;
  private static final int MOST_TASKS = 5;

  private final OneMethod methods = new OneMethod();
  private final OneTask tasks = new OneTask();
  private final FakeLimits limits = new FakeLimits(Clock.fixed(NOW, ZoneOffset.UTC));
  private final Intake intake =
      new Intake(
          methods,
          FakeBackends.of(new FakeBackend("local", "java"), new FakeBackend("grid", "command")),
          tasks,
          limits.rules(),
          new Backlog(() -> Unfinished.NONE, MOST_TASKS, MOST_TASKS, () -> 0),
          MOST_BYTES,
          3);

  private void define(String members) {
    methods.definition =
        MethodDefinition.of("m", Json.object("{'kind': 'java', 'bean': 'b', " + members + "}"));
  }

  private TaskRequest check(Submitted submitted) {
    return intake.check(submitted.submission());
  }

  private void assertRefused(Submitted submitted, String field, String part) {
    assertThatThrownBy(() -> check(submitted))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e -> {
              assertThat(e.errors()).extracting(FieldError::field).containsExactly(field);
              assertThat(e.errors().get(0).message()).contains(part);
            });
  }

  @Test
  void what_a_submission_leaves_out_is_filled_in() {
    TaskRequest request = check(new Submitted());

    assertThat(request.method()).isEqualTo("m");
    assertThat(request.version()).isEqualTo(7);
    assertThat(request.backend()).isEqualTo("local");
    assertThat(request.resources())
        .isEqualTo(Json.object("{'nodes': 1, 'processesPerNode': 1, 'threadsPerProcess': 1}"));
    assertThat(request.options()).isEmpty();
    assertThat(request.maxRetries()).isZero();
    assertThat(request.timeLimit()).isNull();
    assertThat(request.rerunOf()).isNull();
  }

  @Test
  void the_methods_defaults_come_before_the_servers() {
    define(
        """
        'backends': ['local', 'grid'], 'maxRetries': 2, 'maxAttempts': 9, 'timeLimitSeconds': 5,
        'resources': {'nodes': 3}, 'options': {'local': {'a': 1}}""");

    TaskRequest request = check(new Submitted());

    assertThat(request.backend()).isEqualTo("local");
    assertThat(request.maxRetries()).isEqualTo(2);
    assertThat(request.maxAttempts()).isEqualTo(9);
    assertThat(request.timeLimit()).isEqualTo(Duration.ofSeconds(5));
    assertThat(request.resources().getInt("nodes")).isEqualTo(3);
    assertThat(request.options()).isEqualTo(Json.object("{'a': 1}"));
  }

  @Test
  void the_submission_comes_before_the_methods_defaults() {
    define(
        """
        'maxRetries': 2, 'maxAttempts': 9, 'timeLimitSeconds': 5,
        'resources': {'nodes': 3, 'gpus': 1}, 'options': {'local': {'a': 1, 'b': 1}}""");
    Submitted submitted = new Submitted();
    submitted.maxRetries = 4;
    submitted.maxAttempts = 1;
    submitted.timeLimit = Duration.ofSeconds(1);
    submitted.resources = Json.object("{'nodes': 4}");
    submitted.options = Json.object("{'a': 2}");

    TaskRequest request = check(submitted);

    assertThat(request.maxRetries()).isEqualTo(4);
    assertThat(request.maxAttempts()).isEqualTo(1);
    assertThat(request.timeLimit()).isEqualTo(Duration.ofSeconds(1));
    assertThat(request.resources().getInt("nodes")).isEqualTo(4);
    assertThat(request.resources().getInt("gpus")).isEqualTo(1);
    assertThat(request.options()).isEqualTo(Json.object("{'a': 2, 'b': 1}"));
  }

  @ParameterizedTest
  @CsvSource({"0, 4", "2, 6"})
  void unless_told_otherwise_infrastructure_may_be_lost_three_times(
      int maxRetries, int maxAttempts) {
    Submitted submitted = new Submitted();
    submitted.maxRetries = maxRetries;

    assertThat(check(submitted).maxAttempts()).isEqualTo(maxAttempts);
  }

  @Test
  void a_submission_may_name_an_older_version() {
    Submitted submitted = new Submitted();
    submitted.version = 3;

    assertThat(check(submitted).version()).isEqualTo(3);
  }

  @Test
  void an_unknown_method_is_a_mistake_in_the_submission() {
    methods.definition = null;

    assertRefused(new Submitted(), "method", "no method m");
  }

  @Test
  void an_unknown_version_is_a_mistake_in_the_submission() {
    methods.definition = null;
    Submitted submitted = new Submitted();
    submitted.version = 3;

    assertRefused(submitted, "method", "no version 3");
  }

  @Test
  void inputs_without_a_schema_are_not_looked_at() {
    Submitted submitted = new Submitted();
    submitted.args = Json.array("[1, 2, 3]");

    assertThat(check(submitted).args()).isEqualTo(submitted.args);
  }

  @Test
  void positional_arguments_are_checked_by_the_names_of_the_parameters() {
    define(
        """
        'parameters': ['x', 'y'],
        'inputSchema': {'required': ['x', 'y'], 'properties': {'y': {'type': 'number'}}}""");
    Submitted submitted = new Submitted();
    submitted.args = Json.array("[1]");

    submitted.kwargs = Json.object("{'y': 2}");
    TaskRequest request = check(submitted);
    assertThat(request.args()).isEqualTo(submitted.args);
    assertThat(request.kwargs()).isEqualTo(submitted.kwargs);

    submitted.args = Json.array("[1, 'two']");
    submitted.kwargs = JsonValue.EMPTY_JSON_OBJECT;
    assertRefused(submitted, "y", "string");

    submitted.args = Json.array("[1]");
    assertRefused(submitted, "", "y");
  }

  @Test
  void more_arguments_than_parameters_are_refused() {
    define("'parameters': ['x'], 'inputSchema': {'type': 'object'}");
    Submitted submitted = new Submitted();
    submitted.args = Json.array("[1, 2]");

    assertRefused(submitted, "args", "2 positional arguments");
  }

  @Test
  void an_argument_given_by_position_and_by_name_is_refused() {
    define("'parameters': ['x'], 'inputSchema': {'type': 'object'}");
    Submitted submitted = new Submitted();
    submitted.args = Json.array("[1]");
    submitted.kwargs = Json.object("{'x': 2}");

    assertRefused(submitted, "kwargs.x", "position");
  }

  @Test
  void inputs_may_be_as_large_as_the_limit_and_no_larger() {
    Submitted submitted = new Submitted();
    int around = "[\"\"]".length() + "{}".length();

    submitted.args = Json.array("['" + "x".repeat(MOST_BYTES - around) + "']");
    assertThat(check(submitted).args()).isEqualTo(submitted.args);

    submitted.args = Json.array("['" + "x".repeat(MOST_BYTES - around + 1) + "']");
    assertThatThrownBy(() -> check(submitted))
        .isInstanceOf(TooLargeException.class)
        .hasMessageContaining("101")
        .hasMessageContaining("colmenar.input.max-bytes");
  }

  @Test
  void the_limit_counts_bytes_and_not_characters() {
    Submitted submitted = new Submitted();
    submitted.kwargs = Json.object("{'a': '" + "ä".repeat(50) + "'}");

    assertThatThrownBy(() -> check(submitted)).isInstanceOf(TooLargeException.class);
  }

  @Test
  void a_backend_on_which_the_method_may_not_run_is_refused() {
    Submitted submitted = new Submitted();
    submitted.backend = "grid";

    assertRefused(submitted, "backend", "may run on [local], not on grid");
  }

  @Test
  void a_backend_that_is_not_configured_is_refused() {
    define("'backends': ['moon']");

    assertRefused(new Submitted(), "backend", "moon is not configured");
  }

  @Test
  void a_backend_that_cannot_run_such_code_is_refused() {
    define("'backends': ['local', 'grid']");
    Submitted submitted = new Submitted();
    submitted.backend = "grid";

    assertRefused(submitted, "backend", "kind java");
  }

  @Test
  void running_again_makes_a_new_task_that_points_at_the_old() {
    Task old = SampleTasks.canceled(new UUID(0, 1), TaskRequests.retried(2, 5), NOW);
    tasks.put(old, TaskRequests.retried(2, 5));

    intake.rerun(old.id(), "grace");

    assertThat(tasks.owner).isEqualTo("grace");
    TaskRequest again = tasks.submitted;
    assertThat(again.rerunOf()).isEqualTo(old.id());
    assertThat(again.method()).isEqualTo(old.methodName());
    assertThat(again.version()).isEqualTo(old.methodVersion());
    assertThat(again.backend()).isEqualTo(old.backend());
    assertThat(again.maxRetries()).isEqualTo(2);
    assertThat(again.maxAttempts()).isEqualTo(5);
    assertThat(again.args()).isEqualTo(TaskRequests.any().args());
    assertThat(again.kwargs()).isEqualTo(TaskRequests.any().kwargs());
    assertThat(again.created()).isNull();
  }

  @Test
  void a_task_that_is_not_over_cannot_be_run_again() {
    Task old = new Task(new UUID(0, 1), "ada", TaskRequests.any(), SampleTasks.AGEING, NOW);
    tasks.put(old, TaskRequests.any());

    assertThatThrownBy(() -> intake.rerun(old.id(), "ada"))
        .isInstanceOf(IllegalMoveException.class)
        .hasMessageContaining("PENDING");
    assertThat(tasks.submitted).isNull();
  }

  @Test
  void licences_of_the_submission_come_before_those_of_the_method_and_none_is_of_zero() {
    define("'licences': {'ansys': 1, 'fluent': 2, 'abaqus': 3}");
    Submitted submitted = new Submitted();
    submitted.licences = Json.object("{'ansys': 4, 'fluent': 0}");

    assertThat(check(submitted).licences()).isEqualTo(Map.of("ansys", 4, "abaqus", 3));
  }

  @Test
  void more_licences_than_eight_are_refused_also_together_with_those_of_the_method() {
    define("'licences': {'a': 1, 'b': 1, 'c': 1, 'd': 1, 'e': 1}");
    Submitted submitted = new Submitted();
    submitted.licences = Json.object("{'f': 1, 'g': 1, 'h': 1}");
    assertThat(check(submitted).licences()).hasSize(8);

    submitted.licences = Json.object("{'f': 1, 'g': 1, 'h': 1, 'i': 1}");
    assertRefused(submitted, "licences", "9 of them");
  }

  @Test
  void a_draining_server_accepts_nothing_not_even_to_run_something_again() {
    Task old = SampleTasks.canceled(new UUID(0, 1), TaskRequests.any(), NOW);
    tasks.put(old, TaskRequests.any());
    limits.move(Gate.SERVER, GateState.DRAINING, "root");

    assertThatThrownBy(() -> intake.admit("ada", List.of(TaskRequests.any())))
        .isInstanceOf(DrainingException.class)
        .hasMessageContaining("server");
    assertThatThrownBy(() -> intake.rerun(old.id(), "ada")).isInstanceOf(DrainingException.class);
    assertThat(tasks.submitted).isNull();
    intake.admit("ada", List.of());

    limits.move(Gate.SERVER, GateState.OPEN, "root");
    intake.rerun(old.id(), "ada");
    assertThat(tasks.submitted).isNotNull();
  }

  @Test
  void a_draining_backend_accepts_nothing_while_others_do() {
    define("'backends': ['local', 'spare']");
    limits.move("local", GateState.DRAINING, "root");

    assertThatThrownBy(() -> check(new Submitted()))
        .isInstanceOf(DrainingException.class)
        .hasMessageContaining("local");
    assertThatThrownBy(() -> intake.admit("ada", List.of(TaskRequests.any())))
        .isInstanceOf(DrainingException.class);
    intake.admit("ada", List.of(TaskRequests.on("grid")));
  }

  @Test
  void a_paused_server_accepts_tasks() {
    limits.move(Gate.SERVER, GateState.PAUSED, "root");
    limits.move("local", GateState.PAUSED, "root");

    assertThat(check(new Submitted()).backend()).isEqualTo("local");
    intake.admit("ada", List.of(TaskRequests.any()));
  }

  @Test
  void more_tasks_than_may_be_unfinished_are_refused_all_of_them() {
    List<TaskRequest> tooMany = Collections.nCopies(MOST_TASKS + 1, TaskRequests.any());

    assertThatThrownBy(() -> intake.admit("ada", tooMany))
        .isInstanceOf(TooManyTasksException.class);
    intake.admit("ada", tooMany.subList(0, MOST_TASKS));
  }

  /** What a client sends, with everything left out. */
  private static final class Submitted {
    Integer version;
    JsonArray args = JsonValue.EMPTY_JSON_ARRAY;
    JsonObject kwargs = JsonValue.EMPTY_JSON_OBJECT;
    String backend;
    Integer maxRetries;
    Integer maxAttempts;
    Duration timeLimit;
    JsonObject resources = JsonValue.EMPTY_JSON_OBJECT;
    JsonObject licences = JsonValue.EMPTY_JSON_OBJECT;
    JsonObject options = JsonValue.EMPTY_JSON_OBJECT;

    Submission submission() {
      return new Submission(
          "m",
          version,
          args,
          kwargs,
          backend,
          "default",
          JsonValue.NULL,
          true,
          0,
          maxRetries,
          maxAttempts,
          timeLimit,
          resources,
          licences,
          options,
          null,
          JsonValue.EMPTY_JSON_OBJECT,
          Schedule.FREE,
          JsonValue.EMPTY_JSON_OBJECT,
          null,
          Map.of(),
          null);
    }
  }

  /** A catalog of one method in any version. */
  private static final class OneMethod extends Catalog {
    MethodDefinition definition =
        MethodDefinition.of("m", Json.object("{'kind': 'java', 'bean': 'b'}"));

    OneMethod() {
      super(null, null);
    }

    @Override
    public MethodVersion latest(String name) {
      if (definition == null) {
        throw new NotFoundException("no method " + name);
      }
      return new MethodVersion(7, definition);
    }

    @Override
    public MethodVersion version(String name, int version) {
      if (definition == null) {
        throw new NotFoundException("no version " + version + " of method " + name);
      }
      return new MethodVersion(version, definition);
    }
  }

  /** One task, and what is submitted after it. */
  private static final class OneTask extends FakeTasks {
    private Task task;
    private TaskInput input;
    String owner;
    TaskRequest submitted;

    void put(Task known, TaskRequest request) {
      task = known;
      input = new TaskInput(known.id(), request);
    }

    @Override
    public Task get(UUID id) {
      return task;
    }

    @Override
    public TaskInput input(UUID id) {
      return input;
    }

    @Override
    public List<colmenar.task.Submitted> submit(String by, List<TaskRequest> requests) {
      owner = by;
      submitted = requests.get(0);
      Task made = new Task(new UUID(0, 2), by, submitted, SampleTasks.AGEING, NOW);
      return List.of(new colmenar.task.Submitted(made, colmenar.task.Submitted.Kind.MADE));
    }
  }
}
