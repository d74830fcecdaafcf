package colmenar.cluster;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * This server among those that share its database.
 *
 * <p>No clocks are compared: each node watches by its own clock how long the beats of another have
 * not changed, and counts only the time in which it could itself look. So neither a wrong clock nor
 * an absence of the database, which silences everybody, makes a node look dead.
 *
 * <p>The engine's heart calls it, on one thread; the id may be read by any.
 */
@SingleInstance
public class Membership {

  private static final Logger LOG = System.getLogger(Membership.class.getName());
  private static final int BEATS_PER_LEASE = 5;

  private final Nodes nodes;
  private final Database database;
  private final String version;
  private final String name;
  private final Duration lease;
  private final LongSupplier nanos;
  private final Identity identity = new Identity();
  private final Map<UUID, Sighting> sightings = new HashMap<>();
  private List<String> backends = List.of();
  private long lookedAt;
  private volatile boolean alone = true;

  @Inject
  public Membership(
      Nodes nodes,
      Database database,
      @ConfigProperty(name = "colmenar.version") String version,
      @ConfigProperty(name = "colmenar.node") Optional<String> name,
      @ConfigProperty(name = "colmenar.node.lease-seconds", defaultValue = "10") int leaseSeconds) {
    this(
        nodes,
        database,
        version,
        name.orElseGet(Membership::hostName),
        leaseSeconds,
        System::nanoTime);
  }

  Membership(
      Nodes nodes,
      Database database,
      String version,
      String name,
      int leaseSeconds,
      LongSupplier nanos) {
    if (leaseSeconds < 1) {
      throw new IllegalArgumentException(
          "colmenar.node.lease-seconds is " + leaseSeconds + "; it must be at least 1");
    }
    this.nodes = nodes;
    this.database = database;
    this.version = version;
    this.name = name;
    this.lease = Duration.ofSeconds(leaseSeconds);
    this.nanos = nanos;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      LOG.log(Level.DEBUG, "this machine has no name", e);
      return "localhost";
    }
  }

  /** Becomes a node that serves these backends. */
  public void join(Collection<String> served) {
    backends = List.copyOf(served);
    Node node = nodes.join(name, version, backends);
    identity.become(node.id(), () -> {});
    LOG.log(Level.INFO, () -> "this server is node %s, called %s".formatted(node.id(), name));
  }

  /** This node: the owner of what it claims. */
  public UUID me() {
    return identity.node();
  }

  /** For whatever must not be interrupted by becoming another node. */
  public Identity identity() {
    return identity;
  }

  /** What its administrator calls this server. */
  public String name() {
    return name;
  }

  /** Whether nobody else uses the database, as far as is known. */
  public boolean alone() {
    return alone;
  }

  /** How long a node may be silent before it is dead. */
  public Duration lease() {
    return lease;
  }

  /** How often to call {@link #beat} and {@link #dead}. */
  public Duration interval() {
    return lease.dividedBy(BEATS_PER_LEASE);
  }

  /**
   * Says that this node lives.
   *
   * @return false when it was declared dead in the meantime, because it slept for too long; it has
   *     to be {@linkplain #reborn born again}
   */
  public boolean beat() {
    return nodes.beat(me());
  }

  /**
   * Becomes a new node in place of one that was declared dead.
   *
   * @param heir takes over what nobody else has taken over from the old node yet, after the last
   *     that is done in its name and before anything else is in that of the new one
   */
  public void reborn(Heir heir) {
    UUID old = me();
    Node node = nodes.join(name, version, backends);
    identity.become(node.id(), () -> heir.takeOver(old, node.id()));
    LOG.log(
        Level.WARNING,
        () -> "node %s was declared dead; this server is node %s now".formatted(old, node.id()));
  }

  /** Takes over the work of a dead node. */
  @FunctionalInterface
  public interface Heir {
    void takeOver(UUID dead, UUID node);
  }

  /** The nodes that have died within the last day. */
  public List<UUID> dead() {
    List<Node> all = nodes.list();
    long now = nanos.getAsLong();
    boolean missedSomething = now - lookedAt > lease.toNanos() / 2;
    lookedAt = now;
    List<UUID> dead = new ArrayList<>();
    boolean others = false;
    for (Node node : all) {
      if (node.id().equals(identity.nodeIfAny())) {
        continue;
      }
      if (node.diedAt().isPresent() || isDead(node, now, missedSomething)) {
        dead.add(node.id());
      } else {
        others = true;
      }
    }
    alone = !others;
    sightings.keySet().retainAll(all.stream().map(Node::id).toList());
    return dead;
  }

  private boolean isDead(Node node, long now, boolean missedSomething) {
    Sighting before = sightings.get(node.id());
    if (before == null || before.beats() != node.beats() || missedSomething) {
      sightings.put(node.id(), new Sighting(node.beats(), now));
      return !database.isShared() && nodes.declareDead(node.id(), node.beats());
    }
    if (now - before.since() < lease.toNanos() || !declaredDead(node)) {
      return false;
    }
    LOG.log(
        Level.WARNING,
        () ->
            "node %s, called %s, is dead: no beat for %s".formatted(node.id(), node.name(), lease));
    return true;
  }

  private boolean declaredDead(Node node) {
    try {
      return nodes.declareDead(node.id(), node.beats());
    } catch (PersistenceException e) {
      LOG.log(Level.DEBUG, "node " + node.id() + " is beating, or hangs while it does", e);
      return false;
    }
  }

  /** Forgets nodes that died long ago. */
  public void buryOld() {
    nodes.buryOld();
  }

  /** Leaves; others may take over at once. */
  public void leave() {
    UUID id = identity.nodeIfAny();
    if (id != null) {
      nodes.leave(id);
    }
  }

  /** Since when a node has been seen with so many beats. */
  private record Sighting(long beats, long since) {}
}
