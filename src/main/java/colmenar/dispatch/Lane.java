package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.backend.BackendUnavailableException;
import colmenar.backend.Handle;
import colmenar.backend.Recovered;
import colmenar.backend.Refusal;
import colmenar.backend.Work;
import colmenar.cluster.Identity;
import colmenar.platform.Looker;
import colmenar.task.Begun;
import colmenar.task.Claimed;
import colmenar.task.DirectStart;
import colmenar.task.Tasks;
import jakarta.persistence.PersistenceException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Hands the waiting tasks of one backend over to it, as many as it will take.
 *
 * <p>Runs whenever it is woken, on one thread at a time; or on the thread of a submit, when it has
 * nothing else to do. Attempts whose arrival is in doubt, after a restart, a lost answer or the
 * death of another node, are asked for before anything new is claimed.
 */
final class Lane {

  private static final Logger LOG = System.getLogger(Lane.class.getName());
  private static final int MOST_AT_ONCE = 500;

  private final Backend backend;
  private final Tasks tasks;
  private final Identity identity;
  private final BooleanSupplier alone;
  private final Function<Claimed, Work> work;
  private final Looker looker;
  private final AtomicBoolean doubted = new AtomicBoolean(true);

  /** Whoever claims and hands over holds it. */
  private final ReentrantLock handing = new ReentrantLock();

  /** Of the thread that hands over, so that no doubt of another is lost in it. */
  private boolean inDoubt;

  /** Nothing waited when it last looked, and it has heard of nothing since. */
  private volatile boolean exhausted;

  Lane(
      Backend backend,
      Tasks tasks,
      Identity identity,
      BooleanSupplier alone,
      Function<Claimed, Work> work,
      Executor executor) {
    this.backend = backend;
    this.tasks = tasks;
    this.identity = identity;
    this.alone = alone;
    this.work = work;
    this.looker = new Looker("the lane of backend " + backend.name(), executor, this::serve);
  }

  /** Makes it look for work; returns at once. */
  void wake() {
    exhausted = false;
    looker.wake();
  }

  /** There is room again, which is news only when something waits for it. */
  void freed() {
    if (!exhausted || !alone.getAsBoolean()) {
      looker.wake();
    }
  }

  /** Makes it ask what became of everything that its node has on the backend. */
  void doubt() {
    doubted.set(true);
    looker.wake();
  }

  /** See {@link Looker#stalled}. */
  Duration stalled() {
    return looker.stalled();
  }

  void stop() {
    looker.stop();
  }

  private void serve() {
    while (!looker.stopped() && handOver()) {
      looker.moved();
    }
  }

  /**
   * Runs what submits tasks for this backend. When nothing waits for it and it has room, attempts
   * are made of them in the same transaction, and are handed over at once.
   */
  <T> T submit(Submit<T> submit) {
    if (!exhausted || !handing.tryLock()) {
      return submit.with(null).submitted();
    }
    boolean sure = false;
    try {
      int room = inDoubt || doubted.get() || looker.stopped() ? 0 : room();
      // From here on: a commit that is told to have failed may have been made.
      inDoubt |= room > 0;
      Begun<T> begun =
          room > 0 ? identity.as(me -> submit.with(directStart(me, room))) : submit.with(null);
      sure = room == 0 || handedOver(begun.attempts());
      return begun.submitted();
    } finally {
      handing.unlock();
      if (!sure) {
        wake();
      }
    }
  }

  private DirectStart directStart(UUID me, int room) {
    return new DirectStart(me, backend.name(), backend.profile().startsAtOnce(), room);
  }

  /** What is committed is submitted, whatever comes then: a failure leaves the lane in doubt. */
  private boolean handedOver(List<Claimed> attempts) {
    try {
      handOver(attempts);
      return true;
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "new attempts were not handed over to " + backend.name(), e);
      return false;
    }
  }

  /**
   * @return whether there may be more to hand over
   */
  private boolean handOver() {
    handing.lock();
    try {
      inDoubt |= doubted.getAndSet(false);
      if (inDoubt && !cleared()) {
        return false;
      }
      exhausted = false;
      int room = room();
      if (room <= 0) {
        return false;
      }
      // From here on: a claim whose commit is told to have failed may have been made.
      inDoubt = true;
      List<Claimed> claimed =
          identity.as(
              me -> tasks.claim(me, backend.name(), backend.profile().startsAtOnce(), room));
      boolean allTaken = handOver(claimed);
      exhausted = allTaken && claimed.size() < room;
      return allTaken && claimed.size() == room;
    } finally {
      handing.unlock();
    }
  }

  private int room() {
    return Math.min(backend.capacity(), MOST_AT_ONCE);
  }

  /**
   * @return whether none was refused
   */
  private boolean handOver(List<Claimed> claimed) {
    List<Refusal> refusals = claimed.isEmpty() ? List.of() : offer(claimed);
    if (!refusals.isEmpty()) {
      identity.act(me -> tasks.refused(me, refusals));
    }
    inDoubt = false;
    return refusals.isEmpty();
  }

  /** What cannot even be written out for the backend is refused alone. */
  private List<Refusal> offer(List<Claimed> claimed) {
    List<Refusal> refusals = new ArrayList<>();
    List<Work> works = new ArrayList<>(claimed.size());
    for (Claimed one : claimed) {
      try {
        works.add(work.apply(one));
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "attempt " + one.attempt() + " cannot be handed over", e);
        refusals.add(new Refusal(one.attempt(), kind(e), String.valueOf(e)));
      }
    }
    if (!works.isEmpty()) {
      refusals.addAll(backend.submit(works));
    }
    return refusals;
  }

  /** A database that could not be asked what the method is says nothing against the task. */
  private static Refusal.Kind kind(Throwable thrown) {
    boolean database =
        Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
            .anyMatch(PersistenceException.class::isInstance);
    return database ? Refusal.Kind.UNAVAILABLE : Refusal.Kind.REJECTED;
  }

  /** Asks the backend about every attempt it should know. */
  private boolean cleared() {
    try {
      List<Handle> handles = identity.as(me -> tasks.active(me, backend.name()));
      List<Recovered> answers = backend.recover(handles);
      identity.act(me -> tasks.recovered(me, answers));
      if (!handles.isEmpty()) {
        LOG.log(Level.INFO, () -> handles.size() + " attempts recovered on " + backend.name());
      }
      inDoubt = false;
    } catch (BackendUnavailableException e) {
      LOG.log(Level.WARNING, () -> backend.name() + " is unavailable: " + e.getMessage());
    }
    return !inDoubt;
  }
}
