package colmenar.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Bare Parsl, or Colmena's task server: {@code parsl_peers.py} in a process of its own. */
final class ParslPeer implements Contender {

  private static final String READY = "ready ";
  private static final String SKIP = "skip ";
  private static final String NANOS = "nanos ";

  private final String name;
  private final String includes;
  private final Path log;
  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;

  private ParslPeer(String name, String includes, Process process, Path log) {
    this.name = name;
    this.includes = includes;
    this.process = process;
    this.log = log;
    requests = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Nothing, and a sentence, when this machine lacks what it needs. */
  static Optional<ParslPeer> start(String which, String name, String includes, Family family)
      throws IOException {
    Path directory = Files.createDirectories(Options.directory().resolve(which));
    Path log = directory.resolve("log");
    ProcessBuilder command =
        new ProcessBuilder(
            Options.python(),
            Options.scripts().resolve("parsl_peers.py").toString(),
            which,
            directory.toString());
    command.redirectError(log.toFile());
    command.environment().put(Family.VARIABLE, family.name());
    ParslPeer peer = new ParslPeer(name, includes, command.start(), log);
    String answer = peer.answer();
    if (answer.startsWith(SKIP)) {
      System.out.printf("%s is skipped: %s%n", name, answer.substring(SKIP.length()));
      return Optional.empty();
    }
    if (!answer.startsWith(READY)) {
      throw new IllegalStateException("unexpected answer of %s: %s".formatted(name, answer));
    }
    System.out.printf("%s: %s%n", name, answer.substring(READY.length()));
    return Optional.of(peer);
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

  private long[] ask(String what, int number) throws IOException {
    requests.write("%s %d%n".formatted(what, number));
    requests.flush();
    String answer = answer();
    if (!answer.startsWith(NANOS)) {
      throw new IllegalStateException("unexpected answer of %s: %s".formatted(name, answer));
    }
    return Arrays.stream(answer.substring(NANOS.length()).split(" "))
        .mapToLong(Long::parseLong)
        .toArray();
  }

  private String answer() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IllegalStateException("%s has ended, see %s".formatted(name, log));
    }
    return answer;
  }

  /** It ends by itself then; whoever holds its family waits for that. */
  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      process.destroy();
    }
  }
}
