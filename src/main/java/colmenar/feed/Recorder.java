package colmenar.feed;

import colmenar.feed.Group.Common;
import colmenar.platform.SingleInstance;
import colmenar.task.Claimed;
import colmenar.task.Deed;
import colmenar.task.End;
import colmenar.task.EventKind;
import colmenar.task.Step;
import colmenar.task.Task;
import colmenar.task.TaskState;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what happens to tasks, in the transaction that does it: one row for each deed,
 * whatever the number of tasks. With it they are committed, or neither.
 */
@SingleInstance
class Recorder {

  private final EventStore store;
  private final Tickets tickets;
  private final Event<Written> written;
  private final boolean enabled;

  @Inject
  Recorder(
      EventStore store,
      Tickets tickets,
      Event<Written> written,
      @ConfigProperty(name = "colmenar.events.enabled", defaultValue = "true") boolean enabled) {
    this.store = store;
    this.tickets = tickets;
    this.written = written;
    this.enabled = enabled;
  }

  void submitted(@Observes Deed.Submitted deed) {
    if (enabled && !deed.tasks().isEmpty()) {
      Groups groups = new Groups();
      deed.tasks().forEach(task -> add(groups, task));
      deed.begun().forEach(claims -> add(groups, claims));
      write(groups, deed.tasks().get(0).inputReceivedAt());
    }
  }

  void claimed(@Observes Deed.Claims deed) {
    if (enabled) {
      Groups groups = new Groups();
      add(groups, deed);
      write(groups, deed.at());
    }
  }

  private static void add(Groups groups, Deed.Claims deed) {
    EventKind kind = deed.state() == TaskState.RUNNING ? EventKind.RUNNING : EventKind.SUBMITTING;
    for (Claimed claimed : deed.attempts()) {
      Common common =
          new Common(
              kind,
              deed.state(),
              claimed.number(),
              claimed.owner(),
              claimed.topic(),
              claimed.campaign(),
              claimed.method(),
              deed.backend(),
              null);
      groups.add(common, claimed.task(), null);
    }
  }

  void settled(@Observes Deed.Settled deed) {
    if (enabled) {
      Groups groups = new Groups();
      deed.steps().forEach(step -> add(groups, step));
      deed.ends().forEach(end -> add(groups, end));
      write(groups, at(deed));
    }
  }

  private static @Nullable Instant at(Deed.Settled deed) {
    if (!deed.ends().isEmpty()) {
      return deed.ends().get(0).at();
    }
    return deed.steps().isEmpty() ? null : deed.steps().get(0).at();
  }

  private static void add(Groups groups, Task task) {
    Common common =
        new Common(
            EventKind.SUBMITTED,
            TaskState.PENDING,
            0,
            task.owner(),
            task.topic(),
            task.campaign().orElse(null),
            task.methodName(),
            task.backend(),
            null);
    groups.add(common, task.id(), null);
  }

  private static void add(Groups groups, Step step) {
    Common common =
        new Common(
            step.kind(),
            step.state(),
            step.attempt(),
            step.owner(),
            step.topic(),
            step.campaign(),
            step.method(),
            step.backend(),
            null);
    groups.add(common, step.task(), step.item());
  }

  private static void add(Groups groups, End end) {
    Common common =
        new Common(
            end.retried() ? EventKind.RETRY : EventKind.valueOf(end.state().name()),
            end.state(),
            end.number(),
            end.owner(),
            end.topic(),
            end.campaign(),
            end.method(),
            end.backend(),
            end.failureClass());
    groups.add(common, end.task(), null);
  }

  private void write(Groups groups, @Nullable Instant at) {
    if (at != null && !groups.isEmpty()) {
      written.fire(new Written(tickets.take()));
      store.add(at, groups.text());
    }
  }
}
