package colmenar.fault;

import java.time.Instant;

/** When a task may begin and has to be over; null where it does not matter. */
record Times(Instant notBefore, Instant startBy, Instant finishBy) {

  static final Times FREE = new Times(null, null, null);

  /** Whether time alone may end it. */
  boolean limited() {
    return startBy != null || finishBy != null;
  }
}
