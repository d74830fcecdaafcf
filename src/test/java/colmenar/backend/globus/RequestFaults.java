package colmenar.backend.globus;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** What goes wrong with requests to come; each once, in the order of being told. Thread-safe. */
final class RequestFaults {

  private final Map<Kind, Queue<Fault>> faults = new EnumMap<>(Kind.class);

  private enum Kind {
    REFUSED,
    REQUEST_LOST,
    ANSWER_LOST,
    DELAYED
  }

  private record Fault(String pathContains, CloudAnswer answer, Duration delay) {}

  private static final CloudAnswer NONE = new CloudAnswer(0, "", Map.of());

  void refuse(String pathContains, CloudAnswer answer) {
    add(Kind.REFUSED, new Fault(pathContains, answer, Duration.ZERO));
  }

  void loseRequest(String pathContains) {
    add(Kind.REQUEST_LOST, new Fault(pathContains, NONE, Duration.ZERO));
  }

  void loseAnswer(String pathContains) {
    add(Kind.ANSWER_LOST, new Fault(pathContains, NONE, Duration.ZERO));
  }

  void delay(String pathContains, Duration delay) {
    add(Kind.DELAYED, new Fault(pathContains, NONE, delay));
  }

  private synchronized void add(Kind kind, Fault fault) {
    faults.computeIfAbsent(kind, each -> new ArrayDeque<>()).add(fault);
  }

  Optional<CloudAnswer> takeRefusal(String path) {
    return take(Kind.REFUSED, path).map(Fault::answer);
  }

  boolean takeLostRequest(String path) {
    return take(Kind.REQUEST_LOST, path).isPresent();
  }

  boolean takeLostAnswer(String path) {
    return take(Kind.ANSWER_LOST, path).isPresent();
  }

  Optional<Duration> takeDelay(String path) {
    return take(Kind.DELAYED, path).map(Fault::delay);
  }

  private synchronized Optional<Fault> take(Kind kind, String path) {
    Iterator<Fault> all = faults.getOrDefault(kind, new ArrayDeque<>()).iterator();
    while (all.hasNext()) {
      Fault fault = all.next();
      if (path.contains(fault.pathContains())) {
        all.remove();
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }
}
