package colmenar.benchmark;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Processor time that was used so far, read from {@code /proc}. Unlike the time that passes it says
 * the same on a machine that is busy with other things.
 *
 * @param client of this process, in microseconds like the others
 * @param server of our server's JVM; 0 where there is none
 * @param database of PostgreSQL with all its processes
 */
record CpuTime(long client, long server, long database) {

  /** The kernel counts in ticks of a hundredth of a second. */
  private static final long MICROS_PER_TICK = 10_000;

  private static final Path PROC = Path.of("/proc");

  /** Where fields after the name of the program begin in {@code /proc/PID/stat}, by proc(5). */
  private static final int PARENT = 1;

  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int CHILDREN_USER = 13;
  private static final int CHILDREN_SYSTEM = 14;
  private static final int STARTED = 19;

  static CpuTime now(long server, long database) throws IOException {
    return new CpuTime(
        own(ProcessHandle.current().pid()),
        server == 0 ? 0 : own(server),
        own(database) + children(database));
  }

  /** For each of so many tasks since then. */
  CpuTime eachSince(CpuTime before, int tasks) {
    return new CpuTime(
        (client - before.client) / tasks,
        (server - before.server) / tasks,
        (database - before.database) / tasks);
  }

  /** The one that is the median in sum. */
  static CpuTime median(List<CpuTime> all) {
    return all.stream()
        .sorted(Comparator.comparing(CpuTime::sum))
        .skip((all.size() - 1) / 2)
        .findFirst()
        .orElseThrow();
  }

  private long sum() {
    return client + server + database;
  }

  @Override
  public String toString() {
    return "%d + %d + %d = %d".formatted(client, server, database, sum());
  }

  /** That of one process, in microseconds; nothing when it has ended. */
  static Optional<Long> ifAlive(long pid) throws IOException {
    try {
      return Optional.of(own(pid));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  static long parent(long pid) throws IOException {
    return Long.parseLong(fields(PROC.resolve(Long.toString(pid)))[PARENT]);
  }

  /** When it started, by the kernel's count: ids are used again. */
  static String started(long pid) throws IOException {
    return fields(PROC.resolve(Long.toString(pid)))[STARTED];
  }

  private static long own(long pid) throws IOException {
    String[] fields = fields(PROC.resolve(Long.toString(pid)));
    return micros(fields, USER) + micros(fields, SYSTEM);
  }

  /** Those that live, and those that have ended. */
  private static long children(long pid) throws IOException {
    String parent = Long.toString(pid);
    String[] fields = fields(PROC.resolve(parent));
    long micros = micros(fields, CHILDREN_USER) + micros(fields, CHILDREN_SYSTEM);
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        micros += childOf(parent, process);
      }
    }
    return micros;
  }

  private static long childOf(String parent, Path process) throws IOException {
    try {
      String[] fields = fields(process);
      return fields[PARENT].equals(parent) ? micros(fields, USER) + micros(fields, SYSTEM) : 0;
    } catch (NoSuchFileException e) {
      return 0; // it has ended meanwhile
    }
  }

  private static String[] fields(Path process) throws IOException {
    String stat = Files.readString(process.resolve("stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
  }

  private static long micros(String[] fields, int field) {
    return Long.parseLong(fields[field]) * MICROS_PER_TICK;
  }
}
