package colmenar.backend.parsl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import colmenar.backend.Backend;
import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Failure;
import colmenar.backend.Outcome;
import colmenar.backend.SampleWork;
import colmenar.backend.Told;
import colmenar.backend.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Work that leaves a mark each time it runs. */
final class Marking {

  static final Duration LIMIT = Duration.ofMinutes(2);

  private static final Code CODE =
      new Code.Python(
          """
          import time
          def f(marks, seconds):
              with open(marks, 'ab') as file:
                  file.write(b'x')
              time.sleep(seconds)
              return 7
          """,
          "f");

  private final Path directory;
  private final Told told;

  Marking(Path directory, Told told) {
    this.directory = directory;
    this.told = told;
  }

  private Work work(String name, int seconds) {
    return SampleWork.with(
        "[\"%s\", %d]".formatted(directory.resolve("marks/" + name), seconds), CODE);
  }

  List<Work> works(String name, int number, int seconds) throws IOException {
    Files.createDirectories(directory.resolve("marks"));
    return IntStream.range(0, number).mapToObj(i -> work(name + i, seconds)).toList();
  }

  String of(String name) throws IOException {
    Path file = directory.resolve("marks/" + name);
    return Files.exists(file) ? Files.readString(file, UTF_8) : "";
  }

  void waitFor(String name, int number) {
    await("marks of " + name)
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              for (int i = 0; i < number; i++) {
                assertThat(of(name + i)).isEqualTo("x");
              }
            });
  }

  static void submitAll(Backend backend, List<Work> works) {
    int next = 0;
    while (next < works.size()) {
      await("room").atMost(LIMIT).until(() -> backend.capacity() > 0);
      int until = Math.min(works.size(), next + backend.capacity());
      assertThat(backend.submit(works.subList(next, until))).isEmpty();
      next = until;
    }
  }

  Failure failure(Work work) {
    Outcome outcome = told.outcome(work.attempt(), LIMIT).outcome();
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).failure();
  }

  void assertGivenBack(List<Work> works) {
    for (Work work : works) {
      assertThat(told.first(work.attempt(), Event.GivenBack.class, LIMIT)).isNotNull();
      assertThat(told.of(work.attempt(), Event.Finished.class)).isEmpty();
    }
  }

  void assertWorks(Backend backend) throws IOException {
    List<Work> works = works("after-" + UUID.randomUUID(), 3, 0);
    submitAll(backend, works);
    assertSucceeded(works);
  }

  void assertSucceeded(List<Work> works) {
    for (Work work : works) {
      assertThat(told.outcome(work.attempt(), LIMIT).outcome())
          .isEqualTo(new Outcome.Succeeded("7"));
    }
  }
}
