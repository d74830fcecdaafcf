package colmenar.backend.parsl;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Backend;
import colmenar.backend.BackendContract;
import colmenar.backend.Listener;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real pilot jobs, on this machine; all tests share them, as all servers of a site would. */
class ParslBackendTest extends BackendContract {

  static final String LOCAL =
      """
      {'strategy_period': 1,
       'executors': [
         {'class': 'HighThroughputExecutor', 'label': 'cpu', 'address': '127.0.0.1',
          'max_workers_per_node': 2, 'cores_per_worker': 0.5,
          'heartbeat_period': 2, 'heartbeat_threshold': 6,
          'provider': {'class': 'LocalProvider', 'max_blocks': 1}}]}
      """;

  @TempDir private static Path directory;
  private static ParslSite site;

  @BeforeAll
  static void make() {
    site = new ParslSite(directory.resolve("site"), LOCAL);
  }

  @AfterEach
  void stop() {
    site.stopAll();
  }

  @AfterAll
  static void end() {
    if (site != null) {
      site.close();
    }
  }

  @Override
  protected Backend started(Listener listener) {
    return site.started("cpu", listener);
  }

  @Test
  void its_name_is_that_of_the_site_and_the_executor() {
    assertThat(site.start("cpu", events -> null).name()).isEqualTo("site-cpu");
  }
}
