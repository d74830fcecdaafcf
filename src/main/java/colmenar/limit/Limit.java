package colmenar.limit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bound on what may run at once, or start in a second, of one method, backend, owner or resource.
 *
 * <p>Whoever claims tasks that it concerns has its row locked. What runs is counted from the tasks,
 * so it is given back by the end of the attempt, whatever that end is. Starts are counted in a
 * bucket of tokens, which fills with time and of which each start takes one.
 */
@Entity
@Table(name = "work_limit")
public class Limit {

  /** Sums of fractions come out a little below the whole number. */
  private static final double ROUNDING = 1e-6;

  @Id private String id;

  @Enumerated(EnumType.STRING)
  private LimitScope scope;

  private String name;

  @Column(name = "max_running")
  private @Nullable Integer maxRunning;

  @Column(name = "per_second")
  private @Nullable Double perSecond;

  private @Nullable Integer burst;
  private double tokens;

  @Column(name = "filled_at")
  private Instant filledAt;

  @Column(name = "changed_at")
  private Instant changedAt;

  @Column(name = "changed_by")
  private String changedBy;

  @Version
  @Column(name = "row_version")
  private long rowVersion;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected Limit() {}

  public Limit(LimitScope scope, String name, LimitRule rule, String by, Instant now) {
    this.id = id(scope, name);
    this.scope = scope;
    this.name = name;
    this.maxRunning = rule.maxRunning();
    this.perSecond = rule.perSecond();
    this.burst = rule.burst();
    this.tokens = rule.bucket();
    this.filledAt = now;
    this.changedAt = now;
    this.changedBy = by;
  }

  /** The key of a limit, which also says in which order limits are locked. */
  public static String id(LimitScope scope, String name) {
    return scope + "/" + name;
  }

  /** Demands something else; what was saved up stays, as far as it fits. */
  void change(LimitRule next, String by, Instant now) {
    tokens = perSecond == null ? next.bucket() : Math.min(filled(now), next.bucket());
    filledAt = later(now);
    maxRunning = next.maxRunning();
    perSecond = next.perSecond();
    burst = next.burst();
    changedAt = now;
    changedBy = by;
  }

  /** How many may start now as far as the rate is concerned. */
  public int starts(Instant now) {
    return perSecond == null ? Integer.MAX_VALUE : (int) (filled(now) + ROUNDING);
  }

  /** When the next one may start, as far as the rate is concerned. */
  public Instant nextStart(Instant now) {
    if (perSecond == null || starts(now) > 0) {
      return now;
    }
    long micros = (long) Math.ceil((1 - filled(now)) / perSecond * 1e6);
    return now.plus(Duration.ofNanos(micros * 1000));
  }

  /** So many have started. */
  public void started(int many, Instant now) {
    if (perSecond != null) {
      tokens = Math.max(0, filled(now) - many);
      filledAt = later(now);
    }
  }

  private double filled(Instant now) {
    double seconds = Math.max(0, Duration.between(filledAt, now).toNanos()) / 1e9;
    double rate = perSecond == null ? 0 : perSecond;
    return Math.min(rule().bucket(), tokens + seconds * rate);
  }

  /** The clocks of two servers differ a little; no time is counted twice for that. */
  private Instant later(Instant now) {
    return now.isAfter(filledAt) ? now : filledAt;
  }

  public String id() {
    return id;
  }

  public LimitScope scope() {
    return scope;
  }

  public String name() {
    return name;
  }

  public LimitRule rule() {
    return new LimitRule(maxRunning, perSecond, burst);
  }

  /** At once, over all servers. */
  public Optional<Integer> maxRunning() {
    return Optional.ofNullable(maxRunning);
  }

  public Instant changedAt() {
    return changedAt;
  }

  public String changedBy() {
    return changedBy;
  }
}
