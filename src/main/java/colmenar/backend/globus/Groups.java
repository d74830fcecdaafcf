package colmenar.backend.globus;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The groups in which this server has tasks of one endpoint. Thread-safe. */
final class Groups {

  private final ResultStream results;
  private final Arrivals arrivals;
  private final Inquiry inquiry;
  private final Map<UUID, Group> followed = new HashMap<>();

  Groups(ResultStream results, Arrivals arrivals, Inquiry inquiry) {
    this.results = results;
    this.arrivals = arrivals;
    this.inquiry = inquiry;
  }

  /**
   * From now on its results are told.
   *
   * @param use says what is awaited of it, before anybody can find it unused
   */
  synchronized void follow(UUID id, Consumer<Group> use) {
    use.accept(followed(id));
  }

  private Group followed(UUID id) {
    return followed.computeIfAbsent(
        id,
        fresh -> {
          Group group = new Group(fresh);
          results.follow(
              fresh,
              new ResultStream.Receiver(
                  result -> arrivals.take(group, result), () -> inquiry.hasten(group)));
          return group;
        });
  }

  /**
   * @param awaited of which something is awaited
   */
  synchronized void leaveAllBut(Supplier<Set<Group>> awaited) {
    Set<Group> used = awaited.get();
    followed.values().stream()
        .filter(group -> !used.contains(group))
        .forEach(group -> results.leave(group.id()));
    followed.values().retainAll(used);
  }
}
