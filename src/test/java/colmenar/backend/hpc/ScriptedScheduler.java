package colmenar.backend.hpc;

import colmenar.remote.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler that is a directory of files: it does what a test says, and runs a job when the test
 * does.
 */
final class ScriptedScheduler implements Dialect {

  private static final String SUBMIT =
      """
      id=$(($(ls jobs | wc -l) + 1))
      mkdir jobs/$id
      cp "$1" jobs/$id/script
      head -n 1 "$(dirname "$1")/submitting" > jobs/$id/name
      echo "Job $id is queued"
      """;

  private final Path directory;

  ScriptedScheduler(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory.resolve("jobs"));
      Files.writeString(directory.resolve("status"), "");
      Files.writeString(directory.resolve("account"), "");
      submits(SUBMIT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on, instead of taking every job. */
  void submits(String script) {
    write("submit.sh", script);
  }

  /** Takes a job, and then goes on with a script. */
  void takesAnd(String script) {
    submits(SUBMIT + script);
  }

  void takesEverything() {
    submits(SUBMIT);
  }

  /** Whether it can be asked for anything but to take a job. */
  void away(boolean away) {
    try {
      if (away) {
        write("away", "");
      } else {
        Files.deleteIfExists(directory.resolve("away"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What it shows.
   *
   * @param lines {@code ID|STATE|REASON|EXIT CODE}
   */
  void shows(String... lines) {
    write("status", String.join("\n", lines));
  }

  /** What it has in its account, in the same form. */
  void accounts(String... lines) {
    write("account", String.join("\n", lines));
  }

  /** Names of the jobs that it has taken. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (int id = 1; id <= jobs(); id++) {
      names.add(read("jobs/" + id + "/name").strip());
    }
    return names;
  }

  int jobs() {
    try (Stream<Path> jobs = Files.list(directory.resolve("jobs"))) {
      return (int) jobs.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String script(int id) {
    return read("jobs/" + id + "/script");
  }

  /** What it was asked to end, one line for each time. */
  List<String> canceled() {
    return Files.exists(directory.resolve("canceled"))
        ? read("canceled").lines().toList()
        : List.of();
  }

  /** Runs a job to its end. */
  int run(int id) {
    return run(id, null);
  }

  int run(int id, @Nullable Integer index) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder("/bin/sh", directory.resolve("jobs/" + id + "/script").toString());
      builder.environment().put("JOB", String.valueOf(id));
      builder.environment().put("INDEX", index == null ? "" : index.toString());
      builder.redirectErrorStream(true).redirectOutput(directory.resolve("output").toFile());
      return builder.start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String read(String name) {
    try {
      return Files.readString(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String name, String text) {
    try {
      Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String there(String command) {
    return "cd %s || exit; %s".formatted(Shell.quote(directory.toString()), command);
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public String template() {
    return "scripted.sh";
  }

  @Override
  public int longestName() {
    return 100;
  }

  @Override
  public List<String> directives(JobPlan plan) {
    return new Directives("#TEST")
        .add("walltime=%s", plan.walltime())
        .add("queue=%s", plan.resources().queue())
        .add("requeue=%s", plan.requeue())
        .add("elements=%s", plan.elements())
        .addAll(plan.directives(), directive -> directive.startsWith("--name"))
        .lines();
  }

  @Override
  public String submit() {
    return there(". ./submit.sh");
  }

  @Override
  public String submitted() {
    return "Job (\\d+) is queued";
  }

  @Override
  public String find() {
    return there(
        "test ! -e away || { echo away >&2; exit 1; };"
            + " grep -l -x -F -e \"$1\" jobs/*/name 2>/dev/null | cut -d/ -f2; true");
  }

  @Override
  public boolean refusedForNow(String complaint) {
    return complaint.contains("too many");
  }

  @Override
  public OptionalInt firstIndex() {
    return OptionalInt.of(1);
  }

  @Override
  public String elementId(String arrayId, int index) {
    return arrayId + "_" + index;
  }

  @Override
  public String status() {
    return there("test ! -e away || { echo away >&2; exit 1; }; cat status");
  }

  @Override
  public List<JobStatus> readStatus(String out) {
    return out.lines().filter(line -> !line.isBlank()).map(ScriptedScheduler::job).toList();
  }

  private static JobStatus job(String line) {
    String[] columns = line.split("\\|", -1);
    if (columns.length != 4) {
      throw new IllegalArgumentException("no such line: " + line);
    }
    return new JobStatus(
        columns[0],
        "",
        JobState.valueOf(columns[1]),
        columns[2],
        columns[3].isEmpty() ? null : Integer.valueOf(columns[3]));
  }

  @Override
  public Optional<String> account(Collection<String> ids, Instant since) {
    return Optional.of(there("cat account"));
  }

  @Override
  public List<JobStatus> readAccount(String out) {
    return readStatus(out);
  }

  @Override
  public String cancel(Collection<String> ids) {
    return there(
        "test ! -e away || { echo away >&2; exit 1; }; echo %s >> canceled"
            .formatted(Shell.command(ids)));
  }
}
