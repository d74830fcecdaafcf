package colmenar.cluster;

import colmenar.platform.Ids;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The use cases of nodes, each one transaction. */
@SingleInstance
@Transactional
public class Nodes {

  private static final Duration MOURNING = Duration.ofDays(1);

  private final NodeStore store;
  private final Ids ids;
  private final Clock clock;

  @Inject
  public Nodes(NodeStore store, Ids ids, Clock clock) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
  }

  /** Those that live, and those that died within the last day. */
  public List<Node> list() {
    return store.all();
  }

  Node join(String name, String version, Collection<String> backends) {
    Node node = new Node(ids.next(), name, version, backends, clock.instant());
    store.add(node);
    return node;
  }

  /**
   * @return false when the node has been declared dead
   */
  boolean beat(UUID id) {
    boolean alive = store.locked(id).map(node -> node.beat(clock.instant())).orElse(false);
    store.flush();
    return alive;
  }

  /** Declares a node dead unless it has beaten since it was seen. */
  boolean declareDead(UUID id, long beatsSeen) {
    Optional<Node> node = store.lockedAtOnce(id).filter(found -> found.beats() == beatsSeen);
    node.ifPresent(found -> found.die(clock.instant()));
    store.flush();
    return node.isPresent();
  }

  /** It goes by itself; what it owns may be taken over at once. */
  void leave(UUID id) {
    store.locked(id).ifPresent(node -> node.die(clock.instant()));
    store.flush();
  }

  /**
   * Forgets nodes that died more than a day ago. Until then a claim that one of them was committing
   * when it died is still found.
   */
  void buryOld() {
    Instant before = clock.instant().minus(MOURNING);
    store.all().stream()
        .filter(node -> node.diedAt().filter(died -> died.isBefore(before)).isPresent())
        .forEach(store::remove);
  }
}
