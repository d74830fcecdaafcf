package colmenar.backend.parsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import colmenar.backend.site.MapConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParslSitesTest {

  @TempDir private Path directory;
  private final Map<String, String> settings = new HashMap<>();

  @BeforeEach
  void nameOne() {
    settings.put("colmenar.parsl.sites", "polaris");
  }

  private List<ParslSettings> read() {
    return new ParslSites(new MapConfig(settings), directory).all();
  }

  private void configuration(String json) throws IOException {
    Files.writeString(directory.resolve("parsl.json"), json.replace('\'', '"'));
    settings.put("colmenar.parsl.polaris.configuration", "~/parsl.json");
  }

  private void assertRefused(String... words) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(this::read)
        .withMessageContainingAll(words);
  }

  @Test
  void nothing_is_configured_unless_it_is_named() {
    settings.clear();

    assertThat(read()).isEmpty();
  }

  @Test
  void the_executors_of_a_configuration_are_backends() throws IOException {
    configuration("{'executors':[{'label':'cpu'},{'label':'GPU_nodes'}]}");

    ParslSettings site = read().get(0);

    assertThat(site.executors()).containsExactly("cpu", "GPU_nodes");
    assertThat(ParslBackend.name(site.name(), "GPU_nodes")).isEqualTo("polaris-gpu-nodes");
    assertThat(site.file()).isNull();
    assertThat(site.window()).isEqualTo(2000);
    assertThat(site.orphan()).isEqualTo(Duration.ofHours(12));
    assertThat(site.login().ssh()).isNull();
  }

  @Test
  void some_of_them_can_be_chosen() throws IOException {
    configuration("{'executors':[{'label':'cpu'},{'label':'gpu'}]}");
    settings.put("colmenar.parsl.polaris.executors", "gpu");

    assertThat(read().get(0).executors()).containsExactly("gpu");
  }

  @Test
  void a_file_of_the_site_s_needs_the_labels_of_its_executors() {
    settings.put("colmenar.parsl.polaris.configuration-file", "~/config.py");

    assertRefused("colmenar.parsl.polaris.executors is not set");

    settings.put("colmenar.parsl.polaris.executors", "htex, threads");
    assertThat(read().get(0).executors()).containsExactly("htex", "threads");
    assertThat(read().get(0).file()).isEqualTo("~/config.py");
    assertThat(read().get(0).configuration()).isNull();
  }

  @Test
  void there_is_one_configuration() throws IOException {
    assertRefused("colmenar.parsl.polaris needs either configuration");

    configuration("{'executors':[{'label':'cpu'}]}");
    settings.put("colmenar.parsl.polaris.configuration-file", "config.py");
    assertRefused("colmenar.parsl.polaris needs either configuration");
  }

  @Test
  void what_is_wrong_is_told_by_its_key() throws IOException {
    settings.put("colmenar.parsl.polaris.configuration", "/nowhere/parsl.json");
    assertRefused("colmenar.parsl.polaris.configuration", "/nowhere/parsl.json", "can be read");

    configuration("[]");
    assertRefused("colmenar.parsl.polaris.configuration", "a file with a JSON object");

    configuration("{");
    assertRefused("colmenar.parsl.polaris.configuration", "line 1");

    configuration("{'executors':[{'label':'cpu'},{}]}");
    assertRefused("colmenar.parsl.polaris.configuration", "executors[1] with a label");

    configuration("{'executors':[{'label':'cpu-a'},{'label':'cpu_a'}]}");
    assertRefused("executors cpu-a and cpu_a", "backend polaris-cpu-a");

    configuration("{'executors':[{'label':'cpu'}]}");
    settings.put("colmenar.parsl.polaris.windwo", "5");
    assertRefused("colmenar.parsl.polaris.windwo is no setting", "window");
  }
}
