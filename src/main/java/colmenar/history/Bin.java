package colmenar.history;

import java.util.OptionalDouble;

/** What is added up of some lines. Not thread-safe. */
public final class Bin {

  private long submitted;
  private long succeeded;
  private long failed;
  private long canceled;
  private long retried;
  private long busyMillis;
  private long slotMillis;
  private final Histogram waiting = new Histogram();
  private final Histogram running = new Histogram();
  private final Histogram delivery = new Histogram();

  Bin() {}

  void add(Sums sums) {
    submitted += sums.submitted;
    succeeded += sums.succeeded;
    failed += sums.failed;
    canceled += sums.canceled;
    retried += sums.retried;
    busyMillis += sums.busyMillis;
    slotMillis += sums.slotMillis;
    waiting.add(sums.waiting);
    running.add(sums.running);
    delivery.add(sums.delivery);
  }

  void add(Bin other) {
    submitted += other.submitted;
    succeeded += other.succeeded;
    failed += other.failed;
    canceled += other.canceled;
    retried += other.retried;
    busyMillis += other.busyMillis;
    slotMillis += other.slotMillis;
    waiting.add(other.waiting);
    running.add(other.running);
    delivery.add(other.delivery);
  }

  public long submitted() {
    return submitted;
  }

  public long succeeded() {
    return succeeded;
  }

  public long failed() {
    return failed;
  }

  public long canceled() {
    return canceled;
  }

  /** Attempts that failed and are followed by another. */
  public long retried() {
    return retried;
  }

  /** Time of all attempts together. */
  public long busyMillis() {
    return busyMillis;
  }

  /** Time of all slots together. */
  public long slotMillis() {
    return slotMillis;
  }

  /** In seconds; empty when nothing began to run. */
  public OptionalDouble waiting(double part) {
    return waiting.quantile(part);
  }

  /** In seconds; empty when nothing has run. */
  public OptionalDouble running(double part) {
    return running.quantile(part);
  }

  /** In seconds; empty when nothing was delivered. */
  public OptionalDouble delivery(double part) {
    return delivery.quantile(part);
  }

  /** What one line tells. */
  record Sums(
      long submitted,
      long succeeded,
      long failed,
      long canceled,
      long retried,
      long busyMillis,
      long slotMillis,
      String waiting,
      String running,
      String delivery) {}
}
