package colmenar.remote;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Makes the hosts of a test with threads of its own, and ends both. */
final class Hosts implements AutoCloseable {

  private final Set<Thread> given = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Hosts::daemon);
  private final List<SshHost> made = new ArrayList<>();
  private Duration ahead = Duration.ZERO;

  SshHost host(SshSettings settings) {
    SshHost host = new SshHost(settings, this::thread, new Ahead(), this::after);
    made.add(host);
    return host;
  }

  private Thread thread(Runnable task) {
    Thread thread = daemon(task);
    given.add(thread);
    return thread;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  Future<?> after(Duration delay, Runnable action) {
    return timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The threads that hosts were given, dead or alive. */
  Set<Thread> given() {
    return given;
  }

  /** For whoever waits for the end of a pause. */
  void later(Duration time) {
    ahead = ahead.plus(time);
  }

  @Override
  public void close() {
    made.forEach(SshHost::close);
    timer.shutdownNow();
  }

  private final class Ahead extends Clock {

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
