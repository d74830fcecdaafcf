package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.site.MapConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SitesTest {

  @TempDir private Path home;

  private final Map<String, String> config = new HashMap<>();

  private List<SiteSettings> sites() {
    return new Sites(new MapConfig(config), home).all();
  }

  private SiteSettings site(String... pairs) {
    config.put("colmenar.hpc.sites", "cluster");
    config.put("colmenar.hpc.cluster.scheduler", "slurm");
    for (int i = 0; i < pairs.length; i += 2) {
      config.put("colmenar.hpc.cluster." + pairs[i], pairs[i + 1]);
    }
    return sites().get(0);
  }

  @Test
  void without_configuration_there_are_none() {
    assertThat(sites()).isEmpty();
  }

  @Test
  void a_scheduler_is_enough_on_its_login_node() {
    SiteSettings site = site();

    assertThat(site.name()).isEqualTo("cluster");
    assertThat(site.dialect()).isInstanceOf(Slurm.class);
    assertThat(site.login().ssh()).isNull();
    assertThat(site.login().directory()).isEqualTo(".colmenar");
    assertThat(site.bounds().jobs()).isEqualTo(500);
    assertThat(site.defaults().queue()).isNull();
  }

  @Test
  void several_sites_have_settings_of_their_own() {
    config.put("colmenar.hpc.sites", "a, b");
    config.put("colmenar.hpc.a.scheduler", "slurm");
    config.put("colmenar.hpc.b.scheduler", "gridengine");
    config.put("colmenar.hpc.b.queue", "all.q");

    assertThat(sites()).extracting(SiteSettings::name).containsExactly("a", "b");
    assertThat(sites().get(0).defaults().queue()).isNull();
    assertThat(sites().get(1).defaults().queue()).isEqualTo("all.q");
  }

  @Test
  void everything_can_be_set() {
    SiteSettings site =
        site(
            "host", "login.example.org",
            "user", "ada",
            "port", "2222",
            "fingerprint", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "jump", "gate.example.org,bob@inner:2200",
            "identity", "~/.ssh/id_cluster",
            "passphrase", "secret",
            "agent", "/run/agent",
            "known-hosts", "/etc/ssh/known",
            "connect-seconds", "5",
            "alive-seconds", "6",
            "stall-seconds", "7",
            "directory", "/scratch/ada",
            "python", "/opt/python3",
            "setup", "module load python\nmodule load mpi",
            "launch", "srun  -n {total_ranks}",
            "queue", "debug",
            "account", "physics",
            "walltime-seconds", "600",
            "qos", "high",
            "constraint", "gpu",
            "parallel-environment", "mpi",
            "directives", "--exclusive\n--reservation=r",
            "poll-seconds", "3",
            "command-seconds", "4",
            "settle-seconds", "0",
            "patience-seconds", "9",
            "jobs", "10",
            "submissions-per-minute", "20",
            "array-from", "2",
            "array-most", "30",
            "array-at-once", "4",
            "keep-run-directories", "all",
            "keep-days", "1",
            "exchange", "/data",
            "output-cap-bytes", "100",
            "grace-seconds", "1");

    assertThat(site.login().ssh().target().toString()).isEqualTo("ada@login.example.org:2222");
    assertThat(site.login().python()).isEqualTo("/opt/python3");
    assertThat(site.launch()).containsExactly("srun", "-n", "{total_ranks}");
    assertThat(site.defaults().directives()).containsExactly("--exclusive", "--reservation=r");
    assertThat(site.pace().settle()).isEqualTo(Duration.ZERO);
    assertThat(site.bounds().arrayAtOnce()).isEqualTo(4);
    assertThat(site.keep().runs()).isEqualTo(SiteSettings.Keep.Runs.ALL);
    assertThat(site.exchange()).isEqualTo(Path.of("/data"));
    assertThat(site.limits().graceSeconds()).isEqualTo(1);
    assertThat(site.toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "scheduler            # moab    # colmenar.hpc.cluster.scheduler is \"moab\"",
        "jobs                 # many    # colmenar.hpc.cluster.jobs is \"many\"; it must be a number",
        "jobs                 # 0       # colmenar.hpc.cluster.jobs is \"0\"",
        "keep-run-directories # some    # colmenar.hpc.cluster.keep-run-directories is \"some\"",
        "hots                 # x       # colmenar.hpc.cluster.hots is no setting",
      })
  void what_is_wrong_is_named(String key, String value, String message) {
    assertThatThrownBy(() -> site(key, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_site_must_have_a_scheduler_and_an_account() {
    config.put("colmenar.hpc.sites", "cluster");
    assertThatThrownBy(this::sites).hasMessage("colmenar.hpc.cluster.scheduler is not set");
    assertThatThrownBy(() -> site("host", "login.example.org"))
        .hasMessageContaining("the user on login.example.org is not set");
  }
}
