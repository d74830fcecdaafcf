package colmenar.task;

import java.time.Instant;
import java.util.List;

/**
 * What one transaction has done, told to whoever writes it down with the transaction, and after the
 * commit to whoever counts it. One for many tasks, made of what is at hand anyway: no statement is
 * run for it.
 */
public sealed interface Deed {

  /**
   * Tasks were made.
   *
   * @param begun attempts that were made of them at once; no other claims are told of these
   */
  record Submitted(List<Task> tasks, List<Claims> begun) implements Deed {
    public Submitted {
      tasks = List.copyOf(tasks);
      begun = List.copyOf(begun);
    }
  }

  /** Attempts were made of tasks, at one time; the tasks are in this state since then. */
  record Claims(String backend, TaskState state, List<Claimed> attempts, Instant at)
      implements Deed {
    public Claims {
      attempts = List.copyOf(attempts);
    }
  }

  /**
   * Attempts, or tasks that had none, have ended; others were given back by their backends.
   *
   * @param steps what happened before the ends, and to tasks that have not ended; those given back
   *     too
   */
  record Settled(List<Step> steps, List<End> ends, List<GivenBack> givenBack) implements Deed {
    public Settled {
      steps = List.copyOf(steps);
      ends = List.copyOf(ends);
      givenBack = List.copyOf(givenBack);
    }

    public Settled(List<End> ends, List<GivenBack> givenBack) {
      this(List.of(), ends, givenBack);
    }

    boolean any() {
      return !(steps.isEmpty() && ends.isEmpty() && givenBack.isEmpty());
    }
  }

  /** Results were handed out under a lease. */
  record HandedOut(Delivery delivery, Instant at) implements Deed {}

  /** An outcome was fetched by its owner, for the first time, without a lease. */
  record Fetched(String backend, String method, Instant sentAt, Instant at) implements Deed {}

  /** Results that nobody wants again. */
  record Acknowledged(int results) implements Deed {}

  /** Results that were given back before their lease was over. */
  record Released(int results) implements Deed {}

  /** Tasks that were over were deleted, with all that belonged to them. */
  record Deleted(int tasks, Cause cause) implements Deed {

    public enum Cause {
      /** Somebody asked for it. */
      REQUEST,
      /** They had been kept for their time. */
      RETENTION
    }
  }
}
