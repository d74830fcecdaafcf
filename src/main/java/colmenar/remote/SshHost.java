package colmenar.remote;

import colmenar.remote.SshLine.Opened;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A machine that is reached by SSH. Commands, files and each dialogue have connections of their
 * own: a stream that nobody reads stalls all others of its connection.
 */
public final class SshHost implements Host {

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int ANSWERS_BUFFER_BYTES = 64 * 1024;

  private final SshSettings settings;
  private final Backoff backoff;
  private final Supplier<SshLine> lines;
  private final SshLine commands;
  private final SshLine transfers;
  private final Set<SshLine> dialogues = ConcurrentHashMap.newKeySet();
  private final SshFiles files;
  private volatile boolean closed;
  private final String marker = "@" + UUID.randomUUID();

  /**
   * @param threads for connections: for commands, files and each dialogue as many as there are
   *     machines on the way, and one more for each command that is given input
   * @param timer ends what takes too long
   */
  public SshHost(SshSettings settings, ThreadFactory threads, Clock clock, Timer timer) {
    this.settings = settings;
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, clock, RandomGenerator.getDefault());
    this.lines = () -> new SshLine(settings, threads, timer, backoff);
    this.commands = lines.get();
    this.transfers = lines.get();
    this.files = new SshFiles(transfers, settings, timer);
  }

  @Override
  public String name() {
    return settings.target().toString();
  }

  @Override
  public Answer run(String command, String input, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    CappedOutput out = new CappedOutput(settings.outputCapBytes());
    CappedOutput err = new CappedOutput(settings.outputCapBytes());
    MarkedOutput markedOut = new MarkedOutput(marker, out);
    MarkedOutput markedErr = new MarkedOutput(marker, err);
    Duration openLimit =
        limit.compareTo(settings.connectLimit()) < 0 ? limit : settings.connectLimit();
    AtomicReference<OutputStream> noInput = new AtomicReference<>();
    try (Opened<ChannelExec> opened =
        commands.open(
            "exec",
            ChannelExec.class,
            channel -> {
              channel.setOutputStream(markedOut);
              channel.setErrStream(markedErr);
              if (input.isEmpty()) {
                channel.setCommand(Shell.inLoginShell(marked(command)));
                noInput.set(requests(channel));
              } else {
                channel.setCommand(Shell.inLoginShell(marked(readingAll(command))));
                channel.setInputStream(
                    new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
              }
            },
            openLimit)) {
      if (input.isEmpty()) {
        noInput.get().close();
      }
      // JSch closes it as the very last thing of a channel, whether that has ended or was lost.
      if (!err.awaitClosed(deadline - System.nanoTime())) {
        throw commands.unreachable("no answer for " + SshTrouble.seconds(limit.toMillis()));
      }
      int exitCode =
          exitCode(opened.channel())
              .orElseThrow(() -> commands.unreachable("the connection was lost before the answer"));
      if (!markedOut.begun()) {
        throw commands.unreachable(
            "its login shell ended before the command, with %d: %s"
                .formatted(exitCode, markedOut.noise() + markedErr.noise()));
      }
      return new Answer(exitCode, out.text(), err.text(), out.cut() || err.cut());
    } catch (InterruptedException e) {
      throw commands.interrupted();
    } catch (IOException e) {
      throw commands.unreachable(e);
    }
  }

  private String marked(String command) {
    return "echo %1$s; echo %1$s >&2; %2$s".formatted(marker, command);
  }

  /**
   * JSch may send a last part of the input when the command has already ended, for which sshd ends
   * the whole connection.
   */
  private static String readingAll(String command) {
    return "/bin/sh -c %s; code=$?; cat >/dev/null; exit $code".formatted(Shell.quote(command));
  }

  private static OutputStream requests(ChannelExec channel) throws JSchException {
    try {
      return channel.getOutputStream();
    } catch (IOException e) {
      throw new JSchException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Empty when the connection was lost: a machine says how a command ends, or that a signal did.
   */
  private static OptionalInt exitCode(ChannelExec channel) {
    int exitCode = channel.getExitStatus();
    String signal = channel.getExitSignal();
    if (exitCode < 0 && signal == null) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(exitCode >= 0 ? exitCode : Signals.exitCode(signal));
  }

  @Override
  public RemoteFiles files() {
    return files;
  }

  @Override
  public Dialogue dialogue(String command) {
    CappedOutput err = new CappedOutput(settings.outputCapBytes());
    Pipe answers = new Pipe(ANSWERS_BUFFER_BYTES);
    AtomicReference<OutputStream> requests = new AtomicReference<>();
    SshLine line = lines.get();
    dialogues.add(line);
    boolean begun = false;
    try {
      if (closed) {
        line.close();
      }
      Opened<ChannelExec> opened =
          line.open(
              "exec",
              ChannelExec.class,
              channel -> {
                channel.setCommand(Shell.inLoginShell(marked(command)));
                channel.setOutputStream(new MarkedOutput(marker, answers.sink()));
                channel.setErrStream(new MarkedOutput(marker, err));
                requests.set(requests(channel));
              },
              settings.connectLimit());
      begun = true;
      return new SshDialogue(
          opened.channel(), requests.get(), answers.source(), err, () -> end(line));
    } finally {
      if (!begun) {
        end(line);
      }
    }
  }

  private void end(SshLine line) {
    dialogues.remove(line);
    line.close();
  }

  @Override
  public Optional<String> trouble() {
    return backoff.trouble();
  }

  @Override
  public void close() {
    closed = true;
    commands.close();
    transfers.close();
    files.close();
    dialogues.forEach(SshLine::close);
  }

  private record SshDialogue(
      ChannelExec channel,
      OutputStream requests,
      InputStream answers,
      CappedOutput err,
      Runnable hangUp)
      implements Dialogue {

    @Override
    public Optional<Answer> end() {
      OptionalInt exitCode = channel.isClosed() ? exitCode(channel) : OptionalInt.empty();
      return exitCode.isPresent()
          ? Optional.of(new Answer(exitCode.getAsInt(), "", err.text(), err.cut()))
          : Optional.empty();
    }

    @Override
    public void close() {
      hangUp.run();
    }
  }
}
