package colmenar.rest;

import colmenar.dispatch.Intake;
import colmenar.json.JsonText;
import colmenar.platform.SingleInstance;
import colmenar.problem.RefusedException;
import colmenar.problem.TooLargeException;
import colmenar.task.Task;
import colmenar.task.TaskRequest;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
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

  private static final int CREATED = 201;

  private final Intake intake;
  private final int mostTasks;

  @Inject
  Batches(
      Intake intake,
      @ConfigProperty(name = "colmenar.batch.max-tasks", defaultValue = "10000") int mostTasks) {
    this.intake = intake;
    this.mostTasks = mostTasks;
  }

  BatchAnswer submit(String owner, JsonArray submissions) {
    return submit(owner, submissions, json -> json);
  }

  BatchAnswer submitLines(String owner, String text) {
    List<String> lines = Arrays.stream(text.split("\n")).filter(line -> !line.isBlank()).toList();
    return submit(owner, lines, JsonText::parse);
  }

  private <T> BatchAnswer submit(String owner, List<T> sources, Function<T, JsonValue> parse) {
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
    Iterator<Task> made = intake.submit(owner, requests).iterator();
    List<BatchAnswer.Item> items =
        problems.stream()
            .map(
                problem ->
                    problem == null
                        ? new BatchAnswer.Item(CREATED, made.next().id().toString(), null)
                        : new BatchAnswer.Item(problem.status(), null, problem))
            .toList();
    return new BatchAnswer(requests.size(), items);
  }
}
