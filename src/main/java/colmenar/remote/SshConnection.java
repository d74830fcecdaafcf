package colmenar.remote;

import colmenar.remote.SshSettings.Hop;
import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection to a machine, through those on the way. Host keys are always checked. */
final class SshConnection implements AutoCloseable {

  private static final int UNANSWERED = 2;

  private final SshSettings settings;
  private final ThreadFactory threads;
  private final Timer timer;
  private final Wire wire;
  private final Duration mostSilence;

  /** The last one first. */
  private final Deque<Session> sessions = new ArrayDeque<>();

  private SshConnection(SshSettings settings, ThreadFactory threads, Timer timer) {
    this.settings = settings;
    this.threads = threads;
    this.timer = timer;
    this.wire = new Wire(settings.connectLimit());
    this.mostSilence = settings.aliveInterval().multipliedBy(UNANSWERED + 1L);
  }

  /**
   * @param threads for each machine on the way one, which JSch names; a command that is given input
   *     takes one more while it reads it. JSch starts no others
   */
  static SshConnection open(SshSettings settings, ThreadFactory threads, Timer timer)
      throws SshTrouble {
    SshConnection connection = new SshConnection(settings, threads, timer);
    boolean opened = false;
    try {
      List<Hop> hops = new ArrayList<>(settings.jumps());
      hops.add(settings.target());
      for (Hop hop : hops) {
        connection.open(hop);
      }
      connection.watch();
      opened = true;
      return connection;
    } finally {
      if (!opened) {
        connection.close();
      }
    }
  }

  private void open(Hop hop) throws SshTrouble {
    AtomicBoolean late = new AtomicBoolean();
    Future<?> limit =
        timer.after(
            settings.connectLimit(),
            () -> {
              late.set(true);
              cut();
            });
    try {
      connect(hop);
    } catch (SshTrouble e) {
      String where = hop.equals(settings.target()) ? "" : "on the way, at %s: ".formatted(hop);
      String reason = late.get() ? SshTrouble.noAnswer(settings) : e.getMessage();
      throw e.lasting()
          ? SshTrouble.lasting(where + reason)
          : SshTrouble.passing(where + reason, e);
    } finally {
      limit.cancel(false);
    }
  }

  private void connect(Hop hop) throws SshTrouble {
    OfferedKey hostKey = new OfferedKey(SshKeys.accepted(hop, settings));
    try {
      Session session =
          SshKeys.client(settings, wire, hostKey).getSession(hop.user(), hop.host(), hop.port());
      session.setHostKeyAlias(hop.knownAs());
      session.setConfig("StrictHostKeyChecking", "yes");
      session.setConfig("PreferredAuthentications", "publickey");
      session.setThreadFactory(this::thread);
      session.setServerAliveInterval(Math.toIntExact(settings.aliveInterval().toMillis()));
      session.setServerAliveCountMax(UNANSWERED);
      if (sessions.isEmpty()) {
        session.setSocketFactory(wire);
      } else {
        session.setProxy(new Tunnel(sessions.getFirst()));
      }
      sessions.addFirst(session);
      session.connect(Math.toIntExact(settings.connectLimit().toMillis()));
    } catch (JSchException e) {
      throw SshTrouble.of(e, hop, settings, hostKey);
    } catch (RejectedExecutionException e) {
      throw SshTrouble.passing("the server has no thread for it now", e);
    }
  }

  private Thread thread(Runnable task) {
    Thread thread = threads.newThread(task);
    if (thread == null) {
      throw new RejectedExecutionException("no thread");
    }
    return thread;
  }

  /** JSch asks whether the machine is there only while nothing waits to be written to it. */
  private void watch() {
    if (wire.stuck(mostSilence)) {
      cut();
    } else if (alive()) {
      Future<?> unused = timer.after(settings.aliveInterval(), this::watch);
    }
  }

  /**
   * A channel to the machine itself, not connected yet.
   *
   * @throws JSchException when the connection is lost
   */
  Channel channel(String type) throws JSchException {
    Channel channel = sessions.getFirst().openChannel(type);
    if (channel == null) {
      throw new JSchException("the connection is ending");
    }
    return channel;
  }

  boolean alive() {
    return sessions.stream().allMatch(Session::isConnected);
  }

  /** Ends a channel, and when that cannot be said to the machine, the connection. */
  void end(Channel channel) {
    if (wire.stuck(settings.aliveInterval())) {
      cut();
    }
    channel.disconnect();
  }

  /** Never blocks; whoever uses the connection finds it lost. */
  void cut() {
    wire.close();
  }

  @Override
  public void close() {
    cut();
    sessions.forEach(Session::disconnect);
  }
}
