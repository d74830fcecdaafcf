package colmenar.benchmark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * All processes of one contender, be they anybody's children or not: they inherit a variable of
 * their environment, which {@code /proc} shows.
 */
final class Family implements AutoCloseable {

  static final String VARIABLE = "BENCHMARK_FAMILY";

  private static final Path PROC = Path.of("/proc");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String POOL = "process_worker_pool";

  private final String name;
  private final Thread atExit = new Thread(this::kill, "end of a family");

  /** Of those that were seen: when they started, by the kernel's count. */
  private final Map<Long, String> known = new ConcurrentHashMap<>();

  /**
   * @param name different from those of others in this run
   */
  Family(String name) {
    this.name = name + "-" + ProcessHandle.current().pid();
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** What the variable is set to. */
  String name() {
    return name;
  }

  /** Processor time so far in microseconds, by what the processes do. */
  Map<String, Long> micros() throws IOException {
    Map<String, Long> micros = new TreeMap<>();
    for (Member member : members().values()) {
      Optional<Long> own = CpuTime.ifAlive(member.pid);
      own.ifPresent(time -> micros.merge(member.role(), time, Long::sum));
    }
    return micros;
  }

  /** Asks those that hold the others to end, and waits for all. */
  @Override
  public void close() {
    try {
      members().values().stream()
          .filter(member -> member.role().equals("bridge"))
          .flatMap(member -> ProcessHandle.of(member.pid).stream())
          .forEach(ProcessHandle::destroy);
      Awaitility.await().atMost(PATIENCE).until(() -> members().isEmpty());
    } catch (ConditionTimeoutException e) {
      System.out.printf("killed, as they do not end: %s%n", members());
      kill();
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void kill() {
    for (Member member : members().values()) {
      ProcessHandle.of(member.pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private Map<Long, Member> members() {
    List<Member> all = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        read(process).ifPresent(all::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<Long, Member> members = new HashMap<>();
    for (Member each : all) {
      if (each.marked) {
        members.put(each.pid, each);
      }
    }
    for (Member each : all) {
      // Redis and Parsl's interchange write over theirs.
      Member parent = members.get(each.parent);
      if (parent != null) {
        members.put(each.pid, each.under(parent));
      } else if (each.started.equals(known.get(each.pid))) {
        members.put(each.pid, each);
      }
    }
    members.values().forEach(member -> known.put(member.pid, member.started));
    return members;
  }

  /** Nothing of one that has ended, or that is somebody else's. */
  private Optional<Member> read(Path process) {
    try {
      String command = text(process.resolve("cmdline"));
      String environment = "\0" + text(process.resolve("environ"));
      long pid = Long.parseLong(process.getFileName().toString());
      long parent = CpuTime.parent(pid);
      String started = CpuTime.started(pid);
      boolean marked = environment.contains("\0" + VARIABLE + "=" + name + "\0");
      return command.isEmpty()
          ? Optional.empty()
          : Optional.of(new Member(pid, parent, started, command, "", marked));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), ISO_8859_1);
  }

  /**
   * @param above the command of its parent; empty when that is none of the family
   */
  private record Member(
      long pid, long parent, String started, String command, String above, boolean marked) {

    Member under(Member parent) {
      return new Member(pid, this.parent, started, command, parent.command, marked);
    }

    String role() {
      if (command.contains("ws-server.jar") || command.contains("jboss-modules.jar")) {
        return "server";
      }
      if (command.contains("colmenar_parsl.daemon")) {
        return "bridge";
      }
      if (command.contains("colmenar_parsl.relay")) {
        return "relay";
      }
      if (command.contains("redis-server")) {
        return "redis";
      }
      if (command.contains("interchange")) {
        return "interchange";
      }
      if (command.contains("CloudProgram")) {
        return "stand-in";
      }
      if (command.contains("globus_peer.py")) {
        return "client";
      }
      if (command.contains("Globus Compute Endpoint")) {
        return "endpoint";
      }
      if (above.contains(POOL)) {
        return "workers";
      }
      if (command.contains(POOL)) {
        return "pool";
      }
      if (command.contains("parsl_peers.py")) {
        return above.contains("parsl_peers.py") ? "task server" : "client";
      }
      return "others";
    }
  }
}
