package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.FailureClass;
import colmenar.platform.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the log says of tasks, at the level at which all of it is written. */
class JournalTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final UUID TASK = UUID.fromString("01956f3a-7c00-7000-8abc-def123000000");
  private static final Logger LOG = Logger.getLogger(Journal.class.getName());

  private final Journal journal = new Journal();
  private final Lines lines = new Lines();

  @BeforeEach
  void listen() {
    LOG.setLevel(Level.FINE);
    LOG.addHandler(lines);
  }

  @AfterEach
  void leave() {
    LOG.removeHandler(lines);
    LOG.setLevel(null);
  }

  private static End end(TaskState state, TaskState outcome, FailureClass failureClass) {
    return new End(
        TASK,
        "ada",
        "default",
        null,
        "local",
        "add",
        state,
        1,
        Ids.part(TASK, 1),
        outcome,
        failureClass,
        NOW,
        NOW,
        NOW,
        NOW,
        NOW);
  }

  @Test
  void the_first_thirty_characters_of_an_id_find_the_whole_life_of_a_task() {
    Task task = new Task(TASK, "ada", TaskRequests.any(), SampleTasks.AGEING, NOW);
    journal.submitted(new Deed.Submitted(List.of(task), List.of()));
    task.claim(new UUID(0, 1), true, NOW);
    Claimed claimed = Claimed.of(task, new TaskInput(TASK, TaskRequests.any()));
    journal.claimed(new Deed.Claims("local", TaskState.RUNNING, List.of(claimed), NOW));
    journal.settled(
        new Deed.Settled(List.of(), List.of(new GivenBack(Ids.part(TASK, 1), "local"))));
    journal.settled(
        new Deed.Settled(List.of(end(TaskState.SUCCEEDED, TaskState.SUCCEEDED, null)), List.of()));

    assertThat(lines.texts)
        .containsExactly(
            "task 01956f3a-7c00-7000-8abc-def123000000 is submitted by ada: method add for local",
            "attempt 01956f3a-7c00-7000-8abc-def123000001 is made, number 1, for local",
            "attempt 01956f3a-7c00-7000-8abc-def123000001 is given back by local",
            "attempt 01956f3a-7c00-7000-8abc-def123000001 on local is SUCCEEDED, its task"
                + " SUCCEEDED")
        .allMatch(line -> line.contains(TASK.toString().substring(0, 30)));
  }

  @Test
  void only_what_the_infrastructure_has_lost_is_for_the_operator() {
    LOG.setLevel(Level.INFO);
    End lost = end(TaskState.PENDING, TaskState.FAILED, FailureClass.INFRASTRUCTURE);
    End failed = end(TaskState.FAILED, TaskState.FAILED, FailureClass.APPLICATION);
    journal.settled(new Deed.Settled(List.of(lost, failed), List.of()));

    assertThat(lines.texts)
        .containsExactly(
            "attempt 01956f3a-7c00-7000-8abc-def123000001 on local is FAILED (INFRASTRUCTURE), its"
                + " task PENDING");
  }

  /** Of this thread: other tests write to the same log. */
  private static final class Lines extends Handler {
    final long thread = Thread.currentThread().getId();
    final List<String> texts = new ArrayList<>();

    @Override
    public void publish(LogRecord record) {
      if (record.getLongThreadID() == thread) {
        texts.add(record.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
