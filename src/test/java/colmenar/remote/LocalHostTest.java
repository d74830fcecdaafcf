package colmenar.remote;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalHostTest extends HostContract {

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final LocalHost host = new LocalHost(executor, OUTPUT_CAP_BYTES);

  @Override
  Host host() {
    return host;
  }

  @AfterEach
  void end() {
    host.close();
    executor.shutdownNow();
  }

  @Test
  void a_command_that_is_given_up_is_killed_with_all_that_it_has_started() {
    Path pids = directory.resolve("pids");

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(
            () ->
                host.run(
                    "echo $$ >> %1$s; (sleep 600 & echo $! >> %1$s; wait)".formatted(pids),
                    "",
                    Duration.ofSeconds(2)));

    await()
        .atMost(LONG)
        .until(
            () ->
                Files.readAllLines(pids).size() == 2
                    && Files.readAllLines(pids).stream().noneMatch(LocalHostTest::runs));
  }

  private static boolean runs(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void closing_it_ends_what_runs() {
    executor.execute(host::close);

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> host.run("sleep 600", "", LONG))
        .withMessageContaining("stopping");
  }
}
