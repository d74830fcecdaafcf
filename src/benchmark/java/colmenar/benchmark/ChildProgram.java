package colmenar.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program that the benchmark has started: it says that it is ready, and then answers lines by
 * lines until it gets no more.
 */
final class ChildProgram implements AutoCloseable {

  private static final String READY = "ready ";
  private static final String SKIP = "skip ";

  private final String name;
  private final Path log;
  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;
  private String greeting = "";

  private ChildProgram(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    requests = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Nothing, and a sentence, when this machine lacks what it needs.
   *
   * @param log what it prints that is no answer
   */
  static Optional<ChildProgram> start(String name, ProcessBuilder command, Family family, Path log)
      throws IOException {
    command.redirectError(log.toFile());
    command.environment().put(Family.VARIABLE, family.name());
    ChildProgram program = new ChildProgram(name, command.start(), log);
    String answer = program.answer();
    if (answer.startsWith(SKIP)) {
      System.out.printf("%s is skipped: %s%n", name, answer.substring(SKIP.length()));
      return Optional.empty();
    }
    program.greeting = program.after(READY, answer);
    return Optional.of(program);
  }

  /** What it said when it was ready. */
  String greeting() {
    return greeting;
  }

  /**
   * @param word that its answer begins with
   * @return the rest of the answer
   */
  String ask(String request, String word) throws IOException {
    requests.write(request + "\n");
    requests.flush();
    return after(word, answer());
  }

  private String after(String word, String answer) {
    if (!answer.startsWith(word)) {
      throw new IllegalStateException(
          "unexpected answer of %s, see %s: %s".formatted(name, log, answer));
    }
    return answer.substring(word.length());
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
