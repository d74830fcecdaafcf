package colmenar.backend.parsl;

import colmenar.backend.Backend;
import colmenar.backend.BackendContract;
import colmenar.backend.Listener;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An executor of threads, each with a process of its own. */
class ThreadPoolTest extends BackendContract {

  private static final String THREADS =
      """
      {'executors': [{'class': 'ThreadPoolExecutor', 'label': 'threads', 'max_threads': 4}]}
      """;

  @TempDir private static Path directory;
  private static ParslSite site;

  @BeforeAll
  static void make() {
    site = new ParslSite(directory.resolve("site"), THREADS);
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
    return site.started("threads", listener);
  }
}
