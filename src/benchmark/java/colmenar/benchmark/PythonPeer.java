package colmenar.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A peer that is in Python, in a process of its own: one of the scripts beside {@code peer.py}. */
final class PythonPeer implements Contender {

  private static final String NANOS = "nanos ";

  private final String name;
  private final String includes;
  private final ChildProgram program;

  private PythonPeer(String name, String includes, ChildProgram program) {
    this.name = name;
    this.includes = includes;
    this.program = program;
  }

  /** Nothing, and a sentence, when this machine lacks what it needs. */
  static Optional<PythonPeer> start(
      String name, String includes, ProcessBuilder command, Family family, Path log)
      throws IOException {
    Optional<ChildProgram> program = ChildProgram.start(name, command, family, log);
    program.ifPresent(ready -> System.out.printf("%s: %s%n", name, ready.greeting()));
    return program.map(ready -> new PythonPeer(name, includes, ready));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String includes() {
    return includes;
  }

  @Override
  public double tasksPerSecond(int tasks) throws IOException {
    return Parallel.perSecond(tasks, ask("many", tasks)[0]);
  }

  @Override
  public Optional<Latencies> oneAtATime(int samples) throws IOException {
    return Optional.of(Latencies.of(ask("single", samples)));
  }

  @Override
  public long single() throws IOException {
    return ask("one", 1)[0];
  }

  private long[] ask(String what, int number) throws IOException {
    return Arrays.stream(program.ask("%s %d".formatted(what, number), NANOS).split(" "))
        .mapToLong(Long::parseLong)
        .toArray();
  }

  @Override
  public void close() {
    program.close();
  }
}
