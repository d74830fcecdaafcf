package colmenar.remote;

import colmenar.remote.SshSettings.Hop;
import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Logger;
import com.jcraft.jsch.SSHAgentConnector;
import com.jcraft.jsch.USocketFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Vector;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a connection: ours, and those that the machine may show. Read anew for each
 * connection, so that what an operator has changed counts.
 *
 * <p>What JSch says of a private key goes into no message: some of its exceptions quote what they
 * could not read.
 */
@SuppressWarnings("JdkObsolete") // JSch's interfaces have Vector
final class SshKeys {

  private static final Logger SILENT =
      new Logger() {
        @Override
        public boolean isEnabled(int level) {
          return false;
        }

        @Override
        public void log(int level, String message) {}
      };

  private SshKeys() {}

  /** For one connection to one machine. */
  static JSch client(SshSettings settings, USocketFactory agents, OfferedKey hostKey)
      throws SshTrouble {
    JSch client = new JSch();
    client.setInstanceLogger(SILENT);
    client.setHostKeyRepository(hostKey);
    Vector<Identity> identities = identities(settings);
    Path agent = settings.agent();
    if (agent != null) {
      identities.addAll(ofAgent(agent, agents));
    }
    if (identities.isEmpty()) {
      throw SshTrouble.lasting("there is no key to log in with");
    }
    client.setIdentityRepository(new Identities(identities));
    return client;
  }

  /** What is accepted: one fingerprint, or what is in the files. */
  static HostKeyRepository accepted(Hop hop, SshSettings settings) throws SshTrouble {
    if (hop.fingerprint() != null) {
      return new PinnedKey(hop.fingerprint());
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (Path file : settings.knownHosts()) {
      if (Files.exists(file)) {
        try {
          lines.writeBytes(Files.readAllBytes(file));
          lines.write('\n');
        } catch (IOException e) {
          throw SshTrouble.lasting("cannot read the known hosts in " + file);
        }
      }
    }
    JSch client = new JSch();
    try {
      client.setKnownHosts(new ByteArrayInputStream(lines.toByteArray()));
    } catch (JSchException e) {
      throw SshTrouble.lasting("cannot make sense of the known hosts in " + settings.knownHosts());
    }
    return client.getHostKeyRepository();
  }

  private static Vector<Identity> identities(SshSettings settings) throws SshTrouble {
    JSch files = new JSch();
    files.setInstanceLogger(SILENT);
    String passphrase = settings.passphrase();
    byte[] secret = passphrase == null ? null : passphrase.getBytes(StandardCharsets.UTF_8);
    try {
      for (Path identity : settings.identities()) {
        add(files, identity, secret);
      }
    } finally {
      if (secret != null) {
        Arrays.fill(secret, (byte) 0);
      }
    }
    Vector<Identity> identities = files.getIdentityRepository().getIdentities();
    for (Identity identity : identities) {
      if (identity.isEncrypted()) {
        throw SshTrouble.lasting(
            "the private key %s is encrypted, and there is no passphrase"
                .formatted(identity.getName()));
      }
    }
    return identities;
  }

  private static void add(JSch files, Path identity, byte @Nullable [] secret) throws SshTrouble {
    if (!Files.isReadable(identity)) {
      throw SshTrouble.lasting("cannot read the private key " + identity);
    }
    try {
      files.addIdentity(identity.toString(), secret);
    } catch (JSchException e) {
      boolean passphrase = String.valueOf(e.getMessage()).contains("passphrase");
      throw SshTrouble.lasting(
          passphrase
              ? "the passphrase is not that of the private key " + identity
              : identity + " holds no private key of a kind that is known");
    }
  }

  private static Vector<Identity> ofAgent(Path socket, USocketFactory agents) throws SshTrouble {
    SSHAgentConnector connector = new SSHAgentConnector(agents, socket);
    if (!connector.isAvailable()) {
      throw SshTrouble.passing("no SSH agent answers at " + socket, null);
    }
    return new AgentIdentityRepository(connector).getIdentities();
  }

  /** JSch, told of files and an agent, would give the keys in the files to the agent. */
  private record Identities(Vector<Identity> all) implements IdentityRepository {

    @Override
    public String getName() {
      return "keys of a connection";
    }

    @Override
    public int getStatus() {
      return RUNNING;
    }

    @Override
    public Vector<Identity> getIdentities() {
      return all;
    }

    @Override
    public boolean add(byte[] identity) {
      return false;
    }

    @Override
    public boolean remove(byte[] key) {
      return false;
    }

    @Override
    public void removeAll() {}
  }
}
