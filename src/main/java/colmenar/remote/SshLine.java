package colmenar.remote;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSchException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is kept for one purpose, and made again when it was lost. What one purpose does
 * to its connection, such as not to read, cannot hinder another. Thread-safe.
 */
final class SshLine implements AutoCloseable {

  private static final Logger LOG = System.getLogger(SshLine.class.getName());

  /** Servers allow ten by default, and count one that was closed a moment ago. */
  private static final int CHANNELS = 5;

  private static final Duration TRY_AGAIN = Duration.ofMillis(50);

  /** All that JSch says of a channel that the machine refuses. */
  private static final String REFUSED = "channel is not opened.";

  private final SshSettings settings;
  private final ThreadFactory threads;
  private final Timer timer;
  private final Backoff backoff;
  private final Semaphore channels = new Semaphore(CHANNELS, true);
  private final ReentrantLock connecting = new ReentrantLock();
  private volatile @Nullable SshConnection connection;
  private volatile boolean closed;

  SshLine(SshSettings settings, ThreadFactory threads, Timer timer, Backoff backoff) {
    this.settings = settings;
    this.threads = threads;
    this.timer = timer;
    this.backoff = backoff;
  }

  /**
   * Opens a channel, on a connection that is made if need be.
   *
   * @param prepare sets it up before it is connected
   * @param limit for the channel; a connection has its own
   */
  <C extends Channel> Opened<C> open(
      String type, Class<C> kind, Preparation<C> prepare, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    take(limit);
    Opened<C> opened = null;
    try {
      opened = opened(type, kind, prepare, deadline);
      return opened;
    } catch (JSchException e) {
      throw unreachable(e);
    } finally {
      if (opened == null) {
        channels.release();
      }
    }
  }

  private void take(Duration limit) {
    try {
      if (!channels.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw unreachable("no channel was free for " + SshTrouble.seconds(limit.toMillis()));
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** A server that still counts a channel which is closed refuses one more for a moment. */
  private <C extends Channel> Opened<C> opened(
      String type, Class<C> kind, Preparation<C> prepare, long deadline) throws JSchException {
    while (true) {
      SshConnection live = live(deadline);
      C channel = kind.cast(live.channel(type));
      prepare.of(channel);
      try {
        channel.connect(millisUntil(deadline));
        return new Opened<>(channel, live, channels);
      } catch (JSchException e) {
        live.end(channel);
        if (!REFUSED.equals(e.getMessage()) || millisUntil(deadline) <= TRY_AGAIN.toMillis()) {
          throw e;
        }
        LockSupport.parkNanos(TRY_AGAIN.toNanos());
        if (Thread.currentThread().isInterrupted()) {
          throw interrupted();
        }
      }
    }
  }

  /** One at least: zero is for ever. */
  private static int millisUntil(long deadline) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    return Math.toIntExact(Math.max(1, Math.min(left, Integer.MAX_VALUE)));
  }

  private SshConnection live(long deadline) {
    SshConnection known = connection;
    if (known != null && known.alive()) {
      return known;
    }
    try {
      if (!connecting.tryLock(millisUntil(deadline), TimeUnit.MILLISECONDS)) {
        throw unreachable("still connecting");
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    try {
      return connected();
    } finally {
      connecting.unlock();
    }
  }

  private SshConnection connected() {
    SshConnection known = connection;
    if (known != null && known.alive()) {
      return known;
    }
    Optional<String> pause = closed ? Optional.of("the server is stopping") : backoff.pause();
    if (pause.isPresent()) {
      throw unreachable(pause.get());
    }
    if (known != null) {
      known.close();
      connection = null;
    }
    try {
      SshConnection fresh = SshConnection.open(settings, threads, timer);
      connection = fresh;
      if (closed) {
        fresh.close();
      }
      backoff.succeeded();
      LOG.log(Level.INFO, () -> "connected to " + settings.target());
      return fresh;
    } catch (SshTrouble e) {
      String reason = String.valueOf(e.getMessage());
      backoff.failed(reason, e.lasting());
      LOG.log(Level.WARNING, () -> "no connection to %s: %s".formatted(settings.target(), reason));
      throw new UnreachableException(settings.target() + ": " + reason, e);
    }
  }

  UnreachableException unreachable(Exception cause) {
    String reason =
        REFUSED.equals(cause.getMessage())
            ? "it opens no channel; it may be out of sessions, or not there any more"
            : "the connection was lost: " + cause.getMessage();
    return new UnreachableException(settings.target() + ": " + reason, cause);
  }

  UnreachableException unreachable(String reason) {
    return new UnreachableException(settings.target() + ": " + reason);
  }

  UnreachableException interrupted() {
    Thread.currentThread().interrupt();
    return unreachable("interrupted");
  }

  @Override
  public void close() {
    closed = true;
    SshConnection known = connection;
    if (known != null) {
      known.close();
    }
  }

  /** Sets up a channel. */
  interface Preparation<C> {
    void of(C channel) throws JSchException;
  }

  /** A channel that is open, and its place among those of the line. */
  record Opened<C extends Channel>(C channel, SshConnection connection, Semaphore places)
      implements AutoCloseable {

    boolean alive() {
      return channel.isConnected();
    }

    /** Once. */
    @Override
    public void close() {
      end();
      places.release();
    }

    /** Whoever uses it finds it lost. */
    void end() {
      connection.end(channel);
    }
  }
}
