package colmenar.fault;

import static colmenar.fault.Violation.Guarantee.G1;
import static colmenar.fault.Violation.Guarantee.G2;
import static colmenar.fault.Violation.Guarantee.G3;
import static colmenar.fault.Violation.Guarantee.G4;
import static colmenar.fault.Violation.Guarantee.G5;
import static colmenar.fault.Violation.Guarantee.G8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import colmenar.fault.History.Acknowledge;
import colmenar.fault.History.Cancel;
import colmenar.fault.History.Delivery;
import colmenar.fault.History.Misuse;
import colmenar.fault.History.Piece;
import colmenar.fault.History.Submit;
import colmenar.fault.Violation.Guarantee;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Finds every promise that a run did not keep. Used once. */
final class Checker {

  private static final String INFRASTRUCTURE = "INFRASTRUCTURE";
  private static final String TIME_LIMIT = "TIME_LIMIT";

  private final Evidence evidence;
  private final History history;
  private final List<Ending> endings;

  Checker(Evidence evidence) {
    this.evidence = evidence;
    this.history = evidence.history();
    this.endings = evidence.endings();
  }

  /**
   * @param later the same tasks, looked at once more
   * @param terms what was promised in this run
   */
  List<Violation> violations(List<Ending.Line> later, Terms terms) {
    submits();
    misuses();
    ends(later);
    oneOutcome();
    runs();
    if (terms.delivered()) {
      deliveries();
    }
    order();
    retries();
    LimitsCheck limits = new LimitsCheck(evidence);
    limits.places(terms.mostAtOnce());
    limits.bounds(terms.bounds());
    limits.leaks(terms.stillUsed());
    TimesCheck times = new TimesCheck(evidence);
    times.gates();
    times.deadlines();
    return evidence.violations();
  }

  /**
   * What was promised.
   *
   * @param mostAtOnce executions that one server may run at the same time
   * @param delivered whether every result was to be fetched by its topic
   * @param bounds limits that held all the time
   * @param stillUsed what counts for limits now that nothing runs
   */
  record Terms(
      int mostAtOnce, boolean delivered, List<Bound> bounds, Map<String, Long> stillUsed) {}

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
              if (history.order(clientId).isEmpty()) {
                found(G4, "nobody asked for this: %s".formatted(tasks));
              }
            });
  }

  private void misuses() {
    for (Misuse misuse : history.misuses()) {
      if (!misuse.accepted().isEmpty()) {
        found(G4, "a name was accepted for another request: %s".formatted(misuse));
      }
    }
  }

  private void ends(List<Ending.Line> later) {
    Map<String, Ending> tasks = byId(endings);
    Map<String, Ending.Line> again =
        later.stream().collect(toMap(Ending.Line::id, line -> line, (one, other) -> one));
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
      if (!task.line().equals(again.get(task.id()))) {
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
      boolean late = TIME_LIMIT.equals(task.failureClass()) && order.times().limited();
      if (!order.fails() && !lost && !late) {
        found(G8, "its code does not fail, yet the task did: %s".formatted(task));
      }
      boolean hadTime = order.times().finishBy() == null;
      if (lost && hadTime && task.attempts().size() < task.maxAttempts()) {
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
        evidence.executions().stream().collect(groupingBy(Execution::clientId));
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
    runsOfAttempts();
  }

  private void runsOfAttempts() {
    Set<String> attempts = new HashSet<>();
    for (Execution run : evidence.executions()) {
      if (run.attempt().equals(Execution.UNKNOWN)) {
        continue;
      }
      if (!attempts.add(run.attempt())) {
        found(G3, "the code ran twice in one attempt: %s".formatted(run));
      }
      if (evidence.attemptOf(run).isEmpty()) {
        found(G3, "the code ran in an attempt that no server knows: %s".formatted(run));
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

  /** How many tries were to be followed by another: not the last, unless it ended in waiting. */
  private static long followed(Ending task) {
    List<Ending.Try> tries = task.attempts();
    if (tries.isEmpty()) {
      return 0;
    }
    String last = tries.get(tries.size() - 1).failureClass();
    boolean waited =
        last != null
            && (task.state().equals("CANCELED")
                || (TIME_LIMIT.equals(task.failureClass()) && !last.equals(TIME_LIMIT)));
    return waited ? tries.size() : tries.size() - 1;
  }

  private static Map<String, Ending> byId(List<Ending> tasks) {
    return tasks.stream().collect(toMap(Ending::id, task -> task, (one, other) -> one));
  }

  private void found(Guarantee guarantee, String what) {
    evidence.found(guarantee, what);
  }
}
