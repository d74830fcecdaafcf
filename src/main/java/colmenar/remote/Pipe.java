package colmenar.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;

/**
 * Hands bytes from threads to threads. Those of java.io look which threads are alive, and those of
 * a pool are whenever they like.
 */
final class Pipe {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final byte[] ring;
  private int first;
  private int count;
  private boolean ended;
  private boolean abandoned;
  private Duration patience = Duration.ZERO;

  Pipe(int capacityBytes) {
    this.ring = new byte[capacityBytes];
  }

  /** For how long a read waits; forever when it is zero. */
  synchronized void patience(Duration limit) {
    patience = limit;
  }

  /** To write to; blocks while it is full, and forgets what comes once nobody reads any more. */
  OutputStream sink() {
    return new Sink();
  }

  /** To read from; ends when the sink was closed. */
  InputStream source() {
    return new Source();
  }

  private synchronized void put(byte[] bytes, int offset, int length)
      throws InterruptedIOException {
    int done = 0;
    while (done < length && !abandoned && !ended) {
      if (count == ring.length) {
        await(0);
        continue;
      }
      int at = (first + count) % ring.length;
      int run = Math.min(length - done, Math.min(ring.length - count, ring.length - at));
      System.arraycopy(bytes, offset + done, ring, at, run);
      count += run;
      done += run;
      notifyAll();
    }
  }

  private synchronized int take(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    while (count == 0 && !ended && !abandoned) {
      long left = patience.isZero() ? 0 : (deadline - System.nanoTime()) / NANOS_PER_MILLI;
      if (!patience.isZero() && left <= 0) {
        throw new SocketTimeoutException("nothing came for " + patience);
      }
      await(left);
    }
    if (count == 0 || abandoned) {
      return -1;
    }
    int run = Math.min(length, Math.min(count, ring.length - first));
    System.arraycopy(ring, first, bytes, offset, run);
    first = (first + run) % ring.length;
    count -= run;
    notifyAll();
    return run;
  }

  @SuppressWarnings("WaitNotInLoop") // its callers loop
  private synchronized void await(long millis) throws InterruptedIOException {
    try {
      wait(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  private synchronized void abandon() {
    abandoned = true;
    notifyAll();
  }

  private synchronized int ready() {
    return abandoned ? 0 : count;
  }

  private final class Sink extends OutputStream {

    @Override
    public void write(int value) throws IOException {
      put(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      put(bytes, offset, length);
    }

    @Override
    public void close() {
      end();
    }
  }

  private final class Source extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return take(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      return take(bytes, offset, length);
    }

    @Override
    public int available() {
      return ready();
    }

    @Override
    public void close() {
      abandon();
    }
  }
}
