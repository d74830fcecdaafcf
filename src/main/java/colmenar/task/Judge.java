package colmenar.task;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Decides which of the tasks that fit its filter an operation changes. Not thread-safe. */
final class Judge {

  private final OperationRequest request;
  private final Placement placement;
  private final Map<String, Boolean> fits = new HashMap<>();

  Judge(OperationRequest request, Placement placement) {
    this.request = request;
    this.placement = placement;
  }

  /** Why it is passed over; empty when it is changed. */
  Optional<SkipReason> skips(Match match) {
    return request
        .action()
        .skips(match.state())
        .or(() -> skipsThere(match.backend(), match.method(), match.version()));
  }

  /** Of a task that is locked now: whether what was decided before is no longer true. */
  boolean isOutdated(Task task) {
    return !request.filter().stillFits(task)
        || request.action().skips(task.state()).isPresent()
        || skipsThere(task.backend(), task.methodName(), task.methodVersion()).isPresent();
  }

  private Optional<SkipReason> skipsThere(String from, String method, int version) {
    String backend = request.backend();
    if (backend == null) {
      return Optional.empty();
    }
    if (backend.equals(from)) {
      return Optional.of(SkipReason.NOTHING_TO_CHANGE);
    }
    return fits.computeIfAbsent(
            method + "/" + version, key -> placement.fits(method, version, backend))
        ? Optional.empty()
        : Optional.of(SkipReason.MAY_NOT_RUN_THERE);
  }
}
