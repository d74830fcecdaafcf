package colmenar.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerModulesTest extends WorkerModulesContract {

  @Override
  protected WorkerModules modules() {
    return WorkerModules.COLMENAR_WORKER;
  }

  @Override
  protected List<String> packages() {
    return List.of("colmenar_worker");
  }

  @Test
  void those_of_another_package_come_with_them(@TempDir Path directory) throws IOException {
    WorkerModules more = modules().and("ising", "__init__.py", "energy.py");

    more.unpack(directory);

    assertThat(directory.resolve("ising/energy.py")).exists();
    assertThat(directory.resolve("colmenar_worker/values.py")).exists();
  }

  @Test
  void one_that_is_not_there_is_named() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(modules().and("ising", "spin.py")::zip)
        .withMessage("the server lacks its resource /python/ising/spin.py");
  }
}
