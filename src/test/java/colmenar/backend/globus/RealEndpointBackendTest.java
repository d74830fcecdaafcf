package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Backend;
import colmenar.backend.BackendContract;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.backend.SampleWork;
import colmenar.backend.Told;
import colmenar.backend.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real endpoint with real workers behind the stand-in; all tests share it. */
class RealEndpointBackendTest extends BackendContract {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private static Path directory;
  private static StandInBackends servers;
  private static RealEndpoint endpoint;

  @BeforeAll
  static void make() throws Exception {
    Path program = RealEndpoint.required();
    servers = new StandInBackends(directory);
    endpoint = new RealEndpoint(StandInBackends.ENDPOINT, servers.broker(), program, directory);
  }

  @AfterEach
  void stop() {
    servers.stopAll();
  }

  @AfterAll
  static void end() throws Exception {
    if (endpoint != null) {
      endpoint.close();
    }
    if (servers != null) {
      servers.close();
    }
  }

  @Override
  protected Backend started(Listener listener) {
    return servers.start(listener);
  }

  @Test
  void a_command_tells_what_it_printed() {
    Told told = new Told();
    Work work =
        SampleWork.of(
            UUID.randomUUID(), SampleWork.command(List.of(), "sh", "-c", "echo out; echo err >&2"));

    servers.start(told).submit(List.of(work));

    assertThat(told.outcome(work.attempt(), LIMIT).outcome())
        .isEqualTo(new Outcome.Succeeded("\"out\\n\""));
    assertThat(told.outcome(work.attempt(), LIMIT).execution().stderr()).isEqualTo("err\n");
  }
}
