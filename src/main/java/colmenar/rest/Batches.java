package colmenar.rest;

import colmenar.dispatch.Admission;
import colmenar.dispatch.Control;
import colmenar.dispatch.Intake;
import colmenar.json.JsonText;
import colmenar.platform.SingleInstance;
import colmenar.problem.InvalidException;
import colmenar.problem.RefusedException;
import colmenar.problem.TooLargeException;
import colmenar.task.RequestKey;
import colmenar.task.Submitted;
import colmenar.task.TaskRequest;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonValue;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Submits many at once: those that fit in one transaction, the others each with its own problem.
 */
@SingleInstance
class Batches {

  private static final int OK = 200;
  private static final int CREATED = 201;

  private final Intake intake;
  private final Control control;
  private final Jsonb jsonb = JsonbBuilder.create();
  private final int mostTasks;

  @Inject
  Batches(
      Intake intake,
      Control control,
      @ConfigProperty(name = "colmenar.batch.max-tasks", defaultValue = "10000") int mostTasks) {
    this.intake = intake;
    this.control = control;
    this.mostTasks = mostTasks;
  }

  BatchAnswer submit(String owner, JsonArray submissions, @Nullable RequestKey key) {
    return submit(owner, submissions, json -> json, key);
  }

  BatchAnswer submitLines(String owner, String text, @Nullable RequestKey key) {
    List<String> lines = Arrays.stream(text.split("\n")).filter(line -> !line.isBlank()).toList();
    return submit(owner, lines, JsonText::parse, key);
  }

  /** One alone; what does not fit is refused as a whole. */
  Submitted submitOne(String owner, TaskRequest request) {
    Admission admission = intake.admit(owner, List.of(request));
    try {
      Submitted submitted = control.submit(owner, List.of(request)).get(0);
      if (submitted.kind() == Submitted.Kind.DIFFERENT) {
        throw otherRequest();
      }
      return submitted;
    } finally {
      admission.over();
    }
  }

  /** One alone with a key; the answer of the first time. */
  BatchAnswer.Item submitOne(String owner, TaskRequest request, RequestKey key) {
    BatchAnswer.Item item =
        submit(owner, List.of(request), Collections.singletonList(null), key).items().get(0);
    if (item.id() == null) {
      throw otherRequest();
    }
    return item;
  }

  private static InvalidException otherRequest() {
    return new InvalidException("clientId", "was used for another request");
  }

  private <T> BatchAnswer submit(
      String owner, List<T> sources, Function<T, JsonValue> parse, @Nullable RequestKey key) {
    if (sources.size() > mostTasks) {
      throw new TooLargeException(
          "%d tasks in one request; the limit is %d (colmenar.batch.max-tasks)"
              .formatted(sources.size(), mostTasks));
    }
    List<TaskRequest> requests = new ArrayList<>();
    List<@Nullable Problem> problems = new ArrayList<>();
    for (T source : sources) {
      try {
        requests.add(intake.check(SubmissionJson.read(parse.apply(source))));
        problems.add(null);
      } catch (RefusedException e) {
        problems.add(Problem.of(e));
      }
    }
    return submit(owner, requests, problems, key);
  }

  private BatchAnswer submit(
      String owner,
      List<TaskRequest> requests,
      List<@Nullable Problem> problems,
      @Nullable RequestKey key) {
    Admission admission = intake.admit(owner, requests);
    try {
      if (key == null) {
        return answer(problems, control.submit(owner, requests));
      }
      String text =
          control.submitOnce(
              owner, key, requests, submitted -> jsonb.toJson(answer(problems, submitted)));
      return jsonb.fromJson(text, BatchAnswer.class);
    } finally {
      admission.over();
    }
  }

  private static BatchAnswer answer(List<@Nullable Problem> problems, List<Submitted> submitted) {
    Iterator<Submitted> made = submitted.iterator();
    List<BatchAnswer.Item> items = new ArrayList<>(problems.size());
    int accepted = 0;
    for (Problem problem : problems) {
      BatchAnswer.Item item =
          problem == null
              ? item(made.next())
              : new BatchAnswer.Item(problem.status(), null, problem);
      accepted += item.problem() == null ? 1 : 0;
      items.add(item);
    }
    return new BatchAnswer(accepted, items);
  }

  private static BatchAnswer.Item item(Submitted submitted) {
    String id = submitted.task().id().toString();
    return switch (submitted.kind()) {
      case MADE -> new BatchAnswer.Item(CREATED, id, null);
      case KNOWN -> new BatchAnswer.Item(OK, id, null);
      case DIFFERENT -> {
        Problem problem = Problem.of(otherRequest());
        yield new BatchAnswer.Item(problem.status(), null, problem);
      }
    };
  }
}
