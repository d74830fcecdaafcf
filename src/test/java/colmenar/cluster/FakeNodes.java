package colmenar.cluster;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The nodes of a database in memory. */
class FakeNodes extends Nodes {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  final Map<UUID, Node> nodes = new LinkedHashMap<>();

  /** Of all nodes ever declared dead, in order. */
  final List<UUID> declared = new ArrayList<>();

  boolean away;
  private long joined;

  /** What comes between a look at the nodes and what follows from it. */
  Runnable afterList = () -> {};

  FakeNodes() {
    super(null, null, null);
  }

  private void answer() {
    if (away) {
      throw new IllegalStateException("the database is away");
    }
  }

  @Override
  public List<Node> list() {
    answer();
    List<Node> seen = nodes.values().stream().map(FakeNodes::copy).toList();
    afterList.run();
    return seen;
  }

  /** What a transaction has read does not change any more. */
  private static Node copy(Node node) {
    Node copy = new Node(node.id(), node.name(), node.version(), node.backends(), node.startedAt());
    for (long i = 0; i < node.beats(); i++) {
      copy.beat(node.beatAt());
    }
    node.diedAt().ifPresent(copy::die);
    return copy;
  }

  @Override
  Node join(String name, String version, Collection<String> backends) {
    answer();
    Node node = new Node(new UUID(++joined, 0), name, version, backends, NOW);
    nodes.put(node.id(), node);
    return node;
  }

  @Override
  boolean beat(UUID id) {
    answer();
    return nodes.containsKey(id) && nodes.get(id).beat(NOW);
  }

  @Override
  boolean declareDead(UUID id, long beatsSeen) {
    answer();
    if (!nodes.containsKey(id) || nodes.get(id).beats() != beatsSeen) {
      return false;
    }
    nodes.get(id).die(NOW);
    declared.add(id);
    return true;
  }

  @Override
  void leave(UUID id) {
    nodes.get(id).die(NOW);
  }

  @Override
  void buryOld() {
    nodes.values().removeIf(node -> node.diedAt().isPresent());
  }
}
