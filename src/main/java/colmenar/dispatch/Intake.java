package colmenar.dispatch;

import colmenar.json.JsonText;
import colmenar.json.Schema;
import colmenar.limit.Gate;
import colmenar.limit.GateState;
import colmenar.limit.Rules;
import colmenar.method.Catalog;
import colmenar.method.MethodDefinition;
import colmenar.method.MethodVersion;
import colmenar.method.ResourcesJson;
import colmenar.platform.SingleInstance;
import colmenar.problem.DrainingException;
import colmenar.problem.InvalidException;
import colmenar.problem.NotFoundException;
import colmenar.problem.TooLargeException;
import colmenar.task.Rerun;
import colmenar.task.Task;
import colmenar.task.TaskRequest;
import colmenar.task.Tasks;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Checks what is submitted against the catalog, the backends, the gates and the sizes. */
@SingleInstance
public class Intake {

  private static final int MOST_LICENCES = 8;

  private final Catalog catalog;
  private final Backends backends;
  private final Tasks tasks;
  private final Rules rules;
  private final Backlog backlog;
  private final int maxInputBytes;
  private final int infrastructureRetries;

  @Inject
  public Intake(
      Catalog catalog,
      Backends backends,
      Tasks tasks,
      Rules rules,
      Backlog backlog,
      @ConfigProperty(name = "colmenar.input.max-bytes", defaultValue = "10485760")
          int maxInputBytes,
      @ConfigProperty(name = "colmenar.retries.infrastructure", defaultValue = "3")
          int infrastructureRetries) {
    this.catalog = catalog;
    this.backends = backends;
    this.tasks = tasks;
    this.rules = rules;
    this.backlog = backlog;
    this.maxInputBytes = maxInputBytes;
    this.infrastructureRetries = infrastructureRetries;
  }

  /**
   * The request with every default filled in.
   *
   * @throws colmenar.problem.RefusedException naming what does not fit
   */
  public TaskRequest check(Submission submission) {
    MethodVersion version = version(submission);
    MethodDefinition definition = version.definition();
    checkSize(submission);
    checkInputs(definition, submission.args(), submission.kwargs());
    String backend = backend(definition, submission.backend());
    checkGate(backend);
    int maxRetries = chosen(submission.maxRetries(), definition.maxRetries());
    Integer attempts =
        submission.maxAttempts() == null ? definition.maxAttempts() : submission.maxAttempts();
    return new TaskRequest(
        definition.name(),
        version.number(),
        backend,
        submission.topic(),
        submission.args(),
        submission.kwargs(),
        ResourcesJson.json(definition.resources(submission.resources())),
        licences(definition, submission.licences()),
        definition.options(backend, submission.options()),
        submission.taskInfo(),
        submission.timeSpans(),
        submission.keepInputs(),
        submission.priority(),
        maxRetries,
        chosen(attempts, 1 + maxRetries + infrastructureRetries),
        submission.timeLimit() == null ? definition.timeLimit() : submission.timeLimit(),
        submission.created(),
        null,
        submission.schedule(),
        definition.retry(submission.retry()),
        submission.campaign(),
        submission.labels(),
        submission.clientId());
  }

  /**
   * Makes place for new tasks, all or none. Whoever submits them says afterwards that it is over.
   *
   * @throws DrainingException while the server, or a backend that is asked for, is draining
   * @throws colmenar.problem.TooManyTasksException when there are too many already
   */
  public Admission admit(String owner, List<TaskRequest> requests) {
    if (requests.isEmpty()) {
      return () -> {};
    }
    if (rules.gate(Gate.SERVER) == GateState.DRAINING) {
      throw new DrainingException("the server is draining: it accepts no tasks");
    }
    requests.forEach(request -> checkGate(request.backend()));
    return backlog.add(owner, requests.size());
  }

  private void checkGate(String backend) {
    if (rules.gate(backend) == GateState.DRAINING) {
      throw new DrainingException("backend %s is draining: it accepts no tasks".formatted(backend));
    }
  }

  private static Map<String, Integer> licences(MethodDefinition definition, JsonObject asked) {
    Map<String, Integer> licences = definition.licences(asked);
    if (licences.size() > MOST_LICENCES) {
      throw new InvalidException(
          "licences",
          "%d of them, together with those of the method; a task may take %d"
              .formatted(licences.size(), MOST_LICENCES));
    }
    return licences;
  }

  private MethodVersion version(Submission submission) {
    try {
      return submission.version() == null
          ? catalog.latest(submission.method())
          : catalog.version(submission.method(), submission.version());
    } catch (NotFoundException e) {
      throw new InvalidException("method", String.valueOf(e.getMessage()));
    }
  }

  /** Submits a finished task once more, as a new task with the same method version and inputs. */
  public Task rerun(UUID id, String owner) {
    Task old = tasks.get(id);
    TaskRequest request = Rerun.of(old, tasks.input(id));
    Admission admission = admit(owner, List.of(request));
    try {
      return tasks.submit(owner, List.of(request)).get(0).task();
    } finally {
      admission.over();
    }
  }

  private void checkSize(Submission submission) {
    int bytes =
        JsonText.bytes(submission.args().toString())
            + JsonText.bytes(submission.kwargs().toString());
    if (bytes > maxInputBytes) {
      throw new TooLargeException(
          "the inputs are %d bytes; the limit is %d (colmenar.input.max-bytes)"
              .formatted(bytes, maxInputBytes));
    }
  }

  private static void checkInputs(MethodDefinition definition, JsonArray args, JsonObject kwargs) {
    Schema schema = definition.inputSchema();
    if (schema != null) {
      schema.check(
          "the input of method " + definition.name(), named(definition.parameters(), args, kwargs));
    }
  }

  /** The arguments by name. */
  private static JsonObject named(List<String> parameters, JsonArray args, JsonObject kwargs) {
    if (args.size() > parameters.size()) {
      throw new InvalidException(
          "args",
          "%d positional arguments, but the method names %d parameters"
              .formatted(args.size(), parameters.size()));
    }
    JsonObjectBuilder named = JsonText.JSON.createObjectBuilder(kwargs);
    for (int i = 0; i < args.size(); i++) {
      String name = parameters.get(i);
      if (kwargs.containsKey(name)) {
        throw new InvalidException("kwargs." + name, "is given by position too");
      }
      named.add(name, args.get(i));
    }
    return named.build();
  }

  private String backend(MethodDefinition definition, @Nullable String asked) {
    String name = asked == null ? definition.backends().get(0) : asked;
    if (!definition.backends().contains(name)) {
      throw new InvalidException(
          "backend",
          "method %s may run on %s, not on %s"
              .formatted(definition.name(), definition.backends(), name));
    }
    String kind = definition.code().kind();
    boolean runsKind =
        backends
            .named(name)
            .orElseThrow(() -> new InvalidException("backend", name + " is not configured here"))
            .profile()
            .kinds()
            .contains(kind);
    if (!runsKind) {
      throw new InvalidException("backend", name + " cannot run methods of kind " + kind);
    }
    return name;
  }

  private static int chosen(@Nullable Integer asked, int otherwise) {
    return asked == null ? otherwise : asked;
  }
}
