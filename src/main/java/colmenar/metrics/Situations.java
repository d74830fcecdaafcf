package colmenar.metrics;

import colmenar.cluster.Nodes;
import colmenar.platform.AnswerTime;
import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import colmenar.task.Inboxes;
import colmenar.task.Tasks;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the database when it is asked to, but rests after each look: some seconds, and at least
 * twenty times as long as the look took. So however many ask, and however much there is to count,
 * it is at most a twentieth of one connection. Thread-safe.
 */
@SingleInstance
class Situations {

  private static final Logger LOG = System.getLogger(Situations.class.getName());
  private static final Duration REST = Duration.ofSeconds(5);
  private static final int RESTS_PER_LOOK = 20;
  private static final int ANSWER_SECONDS = 5;
  private static final int MOST_INBOXES = 50;

  /** What waits in one inbox is counted up to this. */
  static final int MOST_RESULTS = 10_000;

  private final Tasks tasks;
  private final Inboxes inboxes;
  private final Nodes nodes;
  private final Database database;
  private final Clock clock;
  private final LongSupplier nanos;
  private @Nullable Situation last;
  private long lookAgainAt;

  @Inject
  Situations(Tasks tasks, Inboxes inboxes, Nodes nodes, Database database, Clock clock) {
    this(tasks, inboxes, nodes, database, clock, System::nanoTime);
  }

  Situations(
      Tasks tasks,
      Inboxes inboxes,
      Nodes nodes,
      Database database,
      Clock clock,
      LongSupplier nanos) {
    this.tasks = tasks;
    this.inboxes = inboxes;
    this.nodes = nodes;
    this.database = database;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** One look at a time: whoever asks meanwhile gets the same. */
  synchronized Situation now() {
    long begin = nanos.getAsLong();
    Situation known = last;
    if (known != null && begin - lookAgainAt < 0) {
      return known;
    }
    Situation found = look();
    last = found;
    long end = nanos.getAsLong();
    lookAgainAt = end + Math.max(REST.toNanos(), RESTS_PER_LOOK * (end - begin));
    return found;
  }

  private Situation look() {
    Optional<AnswerTime> answer = database.answerTime(ANSWER_SECONDS);
    if (answer.isPresent()) {
      try {
        return new Situation(
            answer.get(),
            tasks.queued(),
            inboxes.sizes(MOST_INBOXES, MOST_RESULTS),
            OptionalLong.of(nodes.list().stream().filter(node -> node.diedAt().isEmpty()).count()),
            clock.instant());
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "the database cannot be counted for the metrics", e);
      }
    }
    return new Situation(null, List.of(), List.of(), OptionalLong.empty(), clock.instant());
  }
}
