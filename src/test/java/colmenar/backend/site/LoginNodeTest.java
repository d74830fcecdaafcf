package colmenar.backend.site;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.platform.RealThreads;
import colmenar.remote.Host;
import colmenar.remote.LocalHost;
import colmenar.remote.SshHost;
import colmenar.remote.SshSettings.Hop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginNodeTest {

  @TempDir private Path home;

  private LoginNode node(String... pairs) {
    Map<String, String> config = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      config.put("colmenar.hpc.cluster." + pairs[i], pairs[i + 1]);
    }
    return LoginNode.of(new SiteKeys(new MapConfig(config), "colmenar.hpc.", "cluster"), home);
  }

  @Test
  void without_a_host_it_is_this_machine() {
    LoginNode node = node("user", "ada");

    assertThat(node).isEqualTo(new LoginNode(null, ".colmenar", "python3", ""));
    try (RealThreads threads = new RealThreads();
        Host host = node.host(threads, Clock.systemUTC())) {
      assertThat(host).isInstanceOf(LocalHost.class);
    }
  }

  @Test
  void everything_can_be_set() {
    LoginNode node =
        node(
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
            "setup", "module load python\nmodule load mpi");

    assertThat(node.ssh().target())
        .isEqualTo(
            new Hop(
                "ada",
                "login.example.org",
                2222,
                "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assertThat(node.ssh().jumps())
        .extracting(Hop::toString)
        .containsExactly("ada@gate.example.org", "bob@inner:2200");
    assertThat(node.ssh().identities()).containsExactly(home.resolve(".ssh/id_cluster"));
    assertThat(node.ssh().passphrase()).isEqualTo("secret");
    assertThat(node.ssh().agent()).isEqualTo(Path.of("/run/agent"));
    assertThat(node.ssh().knownHosts()).containsExactly(Path.of("/etc/ssh/known"));
    assertThat(node.ssh().connectLimit()).hasSeconds(5);
    assertThat(node.ssh().aliveInterval()).hasSeconds(6);
    assertThat(node.ssh().stallLimit()).hasSeconds(7);
    assertThat(node.directory()).isEqualTo("/scratch/ada");
    assertThat(node.python()).isEqualTo("/opt/python3");
    assertThat(node.setup()).isEqualTo("module load python\nmodule load mpi");
    assertThat(node.toString()).doesNotContain("secret");
  }

  @Test
  void what_openssh_knows_need_not_be_said_again() throws IOException {
    Files.createDirectories(home.resolve(".ssh"));
    Files.writeString(
        home.resolve(".ssh/config"),
        """
        Host cluster
          HostName login.example.org
          User ada
          Port 2200
          ProxyJump gate
        Host gate
          HostName gate.example.org
        """);

    LoginNode node = node("host", "cluster");

    assertThat(node.ssh().target()).isEqualTo(new Hop("ada", "login.example.org", 2200, null));
    assertThat(node.ssh().jumps())
        .extracting(Hop::toString)
        .containsExactly("ada@gate.example.org");
    try (RealThreads threads = new RealThreads();
        Host host = node.host(threads, Clock.systemUTC())) {
      assertThat(host).isInstanceOf(SshHost.class);
      assertThat(host.name()).isEqualTo("ada@login.example.org:2200");
    }
  }
}
