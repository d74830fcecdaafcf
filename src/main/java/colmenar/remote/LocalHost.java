package colmenar.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * This machine, for a server on a login node itself. A command that is given up is killed with all
 * that it has started.
 */
public final class LocalHost implements Host {

  private static final String NAME = "localhost";

  private final Executor executor;
  private final int outputCapBytes;
  private final LocalFiles files = new LocalFiles();
  private final Set<Process> processes = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param executor reads and writes the streams of commands, one thread for each; it must not run
   *     them in the caller
   */
  public LocalHost(Executor executor, int outputCapBytes) {
    this.executor = executor;
    this.outputCapBytes = outputCapBytes;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Answer run(String command, String input, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    CappedOutput out = new CappedOutput(outputCapBytes);
    CappedOutput err = new CappedOutput(outputCapBytes);
    Process process = start(command);
    boolean over = false;
    try {
      List<FutureTask<?>> copies =
          List.of(copying(process.getInputStream(), out), copying(process.getErrorStream(), err));
      write(process, input);
      for (FutureTask<?> copy : copies) {
        copy.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      over = process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!over) {
        throw new TimeoutException();
      }
      if (closed) {
        throw stopping();
      }
      return new Answer(process.exitValue(), out.text(), err.text(), out.cut() || err.cut());
    } catch (TimeoutException e) {
      throw new UnreachableException("%s: no answer for %s".formatted(NAME, limit), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException(NAME + ": interrupted", e);
    } catch (ExecutionException e) {
      throw closed ? stopping() : new UnreachableException(NAME + ": " + e.getCause(), e);
    } finally {
      processes.remove(process);
      if (!over) {
        kill(process);
      }
    }
  }

  private static UnreachableException stopping() {
    return new UnreachableException(NAME + ": the server is stopping");
  }

  private Process start(String command) {
    try {
      Process process = new ProcessBuilder("/bin/sh", "-c", command).start();
      processes.add(process);
      if (closed) {
        kill(process);
      }
      return process;
    } catch (IOException e) {
      throw new UnreachableException(NAME + ": cannot start a shell: " + e.getMessage(), e);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private FutureTask<?> copying(InputStream from, CappedOutput to) {
    FutureTask<?> task =
        new FutureTask<>(
            () -> {
              try (from) {
                return from.transferTo(to);
              }
            });
    execute(task);
    return task;
  }

  /** A command need not read what it gets. */
  private void write(Process process, String input) {
    OutputStream to = process.getOutputStream();
    execute(
        () -> {
          try (to) {
            to.write(input.getBytes(StandardCharsets.UTF_8));
          } catch (IOException e) {
            // It has ended, or does not care: its answer says more.
          }
        });
  }

  private void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      throw new UnreachableException(NAME + ": the server has no thread for it now", e);
    }
  }

  @Override
  public RemoteFiles files() {
    return files;
  }

  @Override
  public Dialogue dialogue(String command) {
    CappedOutput err = new CappedOutput(outputCapBytes);
    Process process = start(command);
    FutureTask<?> errors = copying(process.getErrorStream(), err);
    return new LocalDialogue(process, errors, err, processes);
  }

  @Override
  public Optional<String> trouble() {
    return Optional.empty();
  }

  @Override
  public void close() {
    closed = true;
    processes.forEach(LocalHost::kill);
  }

  private record LocalDialogue(
      Process process, FutureTask<?> errors, CappedOutput err, Set<Process> processes)
      implements Dialogue {

    @Override
    public OutputStream requests() {
      return process.getOutputStream();
    }

    @Override
    public InputStream answers() {
      return process.getInputStream();
    }

    @Override
    public Optional<Answer> end() {
      return process.isAlive() || !errors.isDone()
          ? Optional.empty()
          : Optional.of(new Answer(process.exitValue(), "", err.text(), err.cut()));
    }

    /** Before its end it is asked to end, with all that it has started. */
    @Override
    public void close() {
      processes.remove(process);
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }
}
