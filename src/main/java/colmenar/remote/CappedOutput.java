package colmenar.remote;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps the first bytes and forgets the rest, so that whoever writes never waits. Thread-safe. */
final class CappedOutput extends OutputStream {

  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final int cap;
  private boolean cut;

  CappedOutput(int capBytes) {
    this.cap = capBytes;
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    int room = Math.min(length, cap - kept.size());
    kept.write(bytes, offset, room);
    cut |= room < length;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  /**
   * @return whether it was closed within the limit
   */
  boolean awaitClosed(long limitNanos) throws InterruptedException {
    return closed.await(limitNanos, TimeUnit.NANOSECONDS);
  }

  synchronized boolean cut() {
    return cut;
  }

  synchronized String text() {
    return kept.toString(StandardCharsets.UTF_8);
  }
}
