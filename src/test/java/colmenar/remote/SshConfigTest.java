package colmenar.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import colmenar.remote.SshSettings.Hop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshConfigTest {

  @TempDir private Path home;

  private SshConfig config(String text) throws IOException {
    return SshConfig.read(Files.writeString(home.resolve("config"), text), home);
  }

  private static Hop hop(String user, String host, int port) {
    return new Hop(user, host, port, null);
  }

  @Test
  void without_a_file_everything_is_as_it_is_called() {
    SshConfig config = SshConfig.read(home.resolve("none"), home);

    assertThat(config.hop("host", "ada", null, null)).isEqualTo(hop("ada", "host", 22));
    assertThat(config.jumps("host", "ada")).isEmpty();
    assertThat(config.identities("host", "ada")).isEmpty();
    assertThat(config.knownHosts("host", "ada")).containsExactly(home.resolve(".ssh/known_hosts"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.hop("host", null, null, null))
        .withMessage("the user on host is not set");
  }

  @Test
  void a_section_says_how_a_host_is_reached() throws IOException {
    SshConfig config =
        config(
            """
            # a comment
            Host cluster login.*
              HostName = login.example.org
              user "ada"
              PORT 2222
              IdentityFile ~/.ssh/one
              IdentityFile "%d/my keys/two"
              IdentityFile /keys/%r@%h
              UserKnownHostsFile ~/.ssh/known /etc/known
            """);

    assertThat(config.hop("cluster", null, null, null))
        .isEqualTo(hop("ada", "login.example.org", 2222));
    assertThat(config.hop("cluster", "bob", 22, null))
        .isEqualTo(hop("bob", "login.example.org", 22));
    assertThat(config.hop("login.two", null, null, null).user()).isEqualTo("ada");
    assertThat(config.hop("other", "bob", null, null)).isEqualTo(hop("bob", "other", 22));
    assertThat(config.identities("cluster", "ada"))
        .containsExactly(
            home.resolve(".ssh/one"),
            home.resolve("my keys/two"),
            Path.of("/keys/ada@login.example.org"));
    assertThat(config.knownHosts("cluster", "ada"))
        .containsExactly(home.resolve(".ssh/known"), Path.of("/etc/known"));
  }

  @Test
  void what_is_said_first_counts() throws IOException {
    SshConfig config =
        config(
            """
            User first
            Host a
              Port 1
            Host a
              Port 2
              HostName %h.example.org
            Host *
              User last
              Port 3
            """);

    assertThat(config.hop("a", null, null, null)).isEqualTo(hop("first", "a.example.org", 1));
    assertThat(config.hop("b", null, null, null)).isEqualTo(hop("first", "b", 3));
  }

  @Test
  void patterns_may_leave_out_hosts() throws IOException {
    SshConfig config =
        config(
            """
            Host *.example.org !log?.example.org
              User ada
            Host *
              User bob
            """);

    assertThat(config.hop("a.example.org", null, null, null).user()).isEqualTo("ada");
    assertThat(config.hop("log1.example.org", null, null, null).user()).isEqualTo("bob");
    assertThat(config.hop("a.exampleXorg", null, null, null).user()).isEqualTo("bob");
  }

  @Test
  void what_is_in_a_match_section_does_not_count() throws IOException {
    SshConfig config =
        config(
            """
            Host a
              Port 1
            Match exec "something"
              User eve
            Host *
              User bob
            """);

    assertThat(config.hop("a", null, null, null)).isEqualTo(hop("bob", "a", 1));
  }

  @Test
  void the_usual_keys_are_used_when_none_are_named() throws IOException {
    Files.createDirectory(home.resolve(".ssh"));
    Files.createFile(home.resolve(".ssh/id_rsa"));
    Files.createFile(home.resolve(".ssh/id_ed25519"));

    assertThat(config("").identities("a", "ada"))
        .containsExactly(home.resolve(".ssh/id_ed25519"), home.resolve(".ssh/id_rsa"));
  }

  @Test
  void the_way_leads_through_jumps_that_may_have_jumps() throws IOException {
    SshConfig config =
        config(
            """
            Host cluster
              ProxyJump gate,bob@[inner.example.org]:2222
            Host gate
              HostName gate.example.org
              Port 2200
              User gatekeeper
              ProxyJump ssh://outer:22
            Host inner.example.org
              ProxyJump not-this-one
            Host direct
              ProxyJump none
            """);

    assertThat(config.jumps("cluster", "ada"))
        .containsExactly(
            hop("ada", "outer", 22),
            hop("gatekeeper", "gate.example.org", 2200),
            hop("bob", "inner.example.org", 2222));
    assertThat(config.jumps("direct", "ada")).isEmpty();
    assertThat(config.jumps("other", "ada")).isEmpty();
  }

  @Test
  void a_way_in_a_circle_is_refused() throws IOException {
    SshConfig config = config("Host a\nProxyJump b\nHost b\nProxyJump a\n");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.jumps("a", "ada"))
        .withMessageContaining("leads in a circle");
  }

  @Test
  void what_makes_no_sense_is_named() throws IOException {
    SshConfig config = config("Host a\nProxyJump a:b:c\nPort ssh\n");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.jumps("a", "ada"))
        .withMessage("a:b:c is no [user@]host[:port]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.hop("a", "ada", null, null))
        .withMessage("ssh is no port");
    assertThat(config.jumps("b", "ada")).isEqualTo(List.of());
  }
}
