package colmenar.fault;

import static colmenar.fault.Violation.Guarantee.G1;
import static colmenar.fault.Violation.Guarantee.G2;
import static colmenar.fault.Violation.Guarantee.G3;
import static colmenar.fault.Violation.Guarantee.G4;
import static colmenar.fault.Violation.Guarantee.G5;
import static colmenar.fault.Violation.Guarantee.G7;
import static colmenar.fault.Violation.Guarantee.G8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import colmenar.fault.History.Acknowledge;
import colmenar.fault.History.Cancel;
import colmenar.fault.History.Delivery;
import colmenar.fault.History.Piece;
import colmenar.fault.History.Submit;
import colmenar.fault.Violation.Guarantee;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Finds every promise that a run did not keep. Used once. */
final class Checker {

  private static final String INFRASTRUCTURE = "INFRASTRUCTURE";

  private final History history;
  private final List<Ending> endings;
  private final List<Execution> executions;
  private final List<Violation> violations = new ArrayList<>();

  /**
   * @param endings of every task, when nothing was unfinished any more
   * @param executions every run of the code of a task
   */
  Checker(History history, List<Ending> endings, List<Execution> executions) {
    this.history = history;
    this.endings = List.copyOf(endings);
    this.executions = List.copyOf(executions);
  }

  /**
   * @param later the same tasks, read once more
   * @param mostAtOnce executions that one server may run at the same time
   * @param delivered whether every result was to be fetched by its topic
   */
  List<Violation> violations(List<Ending> later, int mostAtOnce, boolean delivered) {
    submits();
    ends(later);
    oneOutcome();
    runs();
    if (delivered) {
      deliveries();
    }
    order();
    limits(mostAtOnce);
    retries();
    return List.copyOf(violations);
  }

  private void submits() {
    Set<String> ids = new HashSet<>();
    endings.forEach(task -> ids.add(task.id()));
    Map<String, String> answers = new HashMap<>();
    for (Submit submit : history.submits()) {
      if (submit.task() == null) {
        continue;
      }
      if (!ids.contains(submit.task())) {
        found(G1, "task %s was acknowledged and is gone: %s".formatted(submit.task(), submit));
      }
      String before = answers.putIfAbsent(submit.clientId(), submit.task());
      if (before != null && !before.equals(submit.task())) {
        found(
            G4,
            "%s was answered with %s and %s".formatted(submit.clientId(), before, submit.task()));
      }
    }
    endings.stream()
        .collect(groupingBy(Ending::clientId))
        .forEach(
            (clientId, tasks) -> {
              if (tasks.size() > 1) {
                found(G4, "%s has %d tasks: %s".formatted(clientId, tasks.size(), tasks));
              }
            });
  }

  private void ends(List<Ending> later) {
    Map<String, Ending> tasks = byId(endings);
    Map<String, Ending> again = byId(later);
    Set<String> canceled = new HashSet<>();
    for (Cancel cancel : history.cancels()) {
      canceled.add(cancel.task());
      Ending task = tasks.get(cancel.task());
      if ("CANCELED".equals(cancel.state()) && task != null && !task.state().equals("CANCELED")) {
        found(G3, "task %s was said to be canceled and is %s".formatted(task.id(), task.state()));
      }
    }
    for (Ending task : endings) {
      if (!task.terminal()) {
        found(G2, "task is %s for ever: %s".formatted(task.state(), task));
        continue;
      }
      if (!task.equals(again.get(task.id()))) {
        found(G3, "task changed after its end: %s, then %s".formatted(task, again.get(task.id())));
      }
      if (task.state().equals("CANCELED") && !canceled.contains(task.id())) {
        found(G2, "task is canceled though nobody asked for it: %s".formatted(task));
      }
      history.order(task.clientId()).ifPresent(order -> asOrdered(order, task));
    }
  }

  private void asOrdered(Order order, Ending task) {
    if (task.state().equals("SUCCEEDED") && order.fails()) {
      found(G3, "task succeeded though its code fails: %s".formatted(task));
    }
    if (task.state().equals("FAILED")) {
      boolean lost = INFRASTRUCTURE.equals(task.failureClass());
      if (!order.fails() && !lost) {
        found(G8, "its code does not fail, yet the task did: %s".formatted(task));
      }
      if (lost && task.attempts().size() < task.maxAttempts()) {
        found(G8, "task failed by lost infrastructure with attempts left: %s".formatted(task));
      }
    }
  }

  private void oneOutcome() {
    Map<String, Ending> tasks = byId(endings);
    Map<String, Delivery> outcomes = new HashMap<>();
    Map<Piece, Delivery> pieces = new HashMap<>();
    for (Delivery delivery : history.deliveries()) {
      Delivery before = pieces.putIfAbsent(delivery.piece(), delivery);
      if (before != null && !Objects.equals(before.value(), delivery.value())) {
        found(G3, "two values of one result: %s and %s".formatted(before, delivery));
      }
      if (!delivery.complete()) {
        continue;
      }
      Delivery other = outcomes.putIfAbsent(delivery.piece().task(), delivery);
      if (other != null && !other.piece().equals(delivery.piece())) {
        found(G3, "two outcomes of one task: %s and %s".formatted(other, delivery));
      }
      Ending task = tasks.get(delivery.piece().task());
      if (task != null
          && (!task.state().equals(delivery.state())
              || !Objects.equals(task.value(), delivery.value()))) {
        found(G3, "the outcome that was delivered is another: %s and %s".formatted(task, delivery));
      }
    }
  }

  private void runs() {
    Map<String, List<Execution>> runs =
        executions.stream().collect(groupingBy(Execution::clientId));
    for (Ending task : endings) {
      List<Execution> own = runs.getOrDefault(task.clientId(), List.of());
      if (own.size() > task.attempts().size()) {
        found(
            G3,
            "%d attempts, but the code ran: %s %s".formatted(task.attempts().size(), own, task));
      }
      if (task.maxAttempts() == 1 && own.size() > 1) {
        found(G3, "one attempt was allowed, but the code ran: %s %s".formatted(own, task));
      }
      if (task.state().equals("SUCCEEDED")
          && own.stream()
              .noneMatch(run -> run.end() != null && task.value().contains(run.token()))) {
        found(G3, "no run of the code returned this: %s %s".formatted(task, own));
      }
    }
  }

  private void deliveries() {
    Map<String, List<Delivery>> byTask =
        history.deliveries().stream().collect(groupingBy(delivery -> delivery.piece().task()));
    for (Ending task : endings) {
      List<Delivery> own = byTask.getOrDefault(task.id(), List.of());
      if (task.terminal() && own.stream().noneMatch(Delivery::complete)) {
        found(G5, "the outcome was never delivered: %s".formatted(task));
      }
      int items = history.order(task.clientId()).map(Order::items).orElse(0);
      if (task.state().equals("SUCCEEDED")) {
        for (int i = 0; i < items; i++) {
          Piece item = new Piece(task.id(), task.attempts().size(), i);
          if (own.stream().noneMatch(d -> !d.complete() && d.piece().equals(item))) {
            found(G5, "a streamed item was never delivered: %s of %s".formatted(item, task));
          }
        }
      }
    }
    afterAcknowledge();
  }

  private void afterAcknowledge() {
    Map<Piece, Acknowledge> done = new HashMap<>();
    for (Acknowledge acknowledge : history.acknowledges()) {
      if (acknowledge.certain()) {
        acknowledge.pieces().forEach(piece -> done.putIfAbsent(piece, acknowledge));
      }
    }
    for (Delivery delivery : history.deliveries()) {
      Acknowledge acknowledge = done.get(delivery.piece());
      if (acknowledge != null && acknowledge.answered() < delivery.asked()) {
        found(G5, "delivered after it was acknowledged: %s".formatted(delivery));
      }
    }
  }

  /** Only of what was handed out for the first time: redeliveries come when they come. */
  private void order() {
    history.deliveries().stream()
        .filter(delivery -> delivery.handedOut() == 1)
        .collect(groupingBy(d -> d.piece().task() + " " + d.piece().attempt()))
        .values()
        .forEach(this::orderOfAttempt);
  }

  private void orderOfAttempt(List<Delivery> deliveries) {
    for (int i = 0; i < deliveries.size(); i++) {
      Delivery later = deliveries.get(i);
      for (Delivery earlier : deliveries.subList(0, i)) {
        // The history is in order within one answer; between two, times decide.
        boolean inOrder = earlier.asked() == later.asked() || earlier.answered() < later.asked();
        boolean backwards = earlier.complete() || earlier.piece().index() > later.piece().index();
        if (inOrder && backwards && !earlier.piece().equals(later.piece())) {
          found(G5, "out of order: %s came before %s".formatted(earlier, later));
        }
      }
    }
  }

  private void limits(int mostAtOnce) {
    executions.stream()
        .filter(run -> run.end() != null && !run.place().equals(Execution.NOWHERE))
        .collect(groupingBy(Execution::place))
        .forEach(
            (place, runs) -> {
              long most = mostAtOnce(runs);
              if (most > mostAtOnce) {
                found(G7, "%d ran at once in %s, %d may".formatted(most, place, mostAtOnce));
              }
            });
  }

  private static long mostAtOnce(List<Execution> runs) {
    record Step(long at, int change) {}
    List<Step> steps = new ArrayList<>();
    for (Execution run : runs) {
      steps.add(new Step(run.start(), 1));
      steps.add(new Step(run.end(), -1));
    }
    steps.sort(Comparator.comparingLong(Step::at).thenComparing(Step::change));
    long now = 0;
    long most = 0;
    for (Step step : steps) {
      now += step.change();
      most = Math.max(most, now);
    }
    return most;
  }

  private void retries() {
    for (Ending task : endings) {
      List<Ending.Try> tries = task.attempts();
      long failures =
          tries.stream()
              .limit(followed(task))
              .filter(one -> one.failureClass() != null)
              .filter(one -> !one.failureClass().equals(INFRASTRUCTURE))
              .count();
      if (task.retries() != failures) {
        found(
            G8,
            "%d retries used up by %d failures of the code: %s"
                .formatted(task.retries(), failures, task));
      }
    }
  }

  /** How many tries were to be followed by another: not the last, unless it was cancelled since. */
  private static long followed(Ending task) {
    List<Ending.Try> tries = task.attempts();
    boolean waited =
        !tries.isEmpty()
            && task.state().equals("CANCELED")
            && tries.get(tries.size() - 1).failureClass() != null;
    return waited ? tries.size() : Math.max(0, tries.size() - 1);
  }

  private static Map<String, Ending> byId(List<Ending> tasks) {
    return tasks.stream().collect(toMap(Ending::id, task -> task, (one, other) -> one));
  }

  private void found(Guarantee guarantee, String what) {
    violations.add(new Violation(guarantee, what));
  }
}
