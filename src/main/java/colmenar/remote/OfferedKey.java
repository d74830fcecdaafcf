package colmenar.remote;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Remembers which key a machine has shown, for the message that says why it was not accepted. */
final class OfferedKey implements HostKeyRepository {

  static final String PREFIX = "SHA256:";

  private final HostKeyRepository accepted;
  private volatile String offered = "";

  OfferedKey(HostKeyRepository accepted) {
    this.accepted = accepted;
  }

  /** As {@code ssh-keygen -l} shows it. */
  static String fingerprint(byte[] key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
      return PREFIX + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Of the key that was shown last; empty when none was. */
  String offered() {
    return offered;
  }

  @Override
  public int check(String host, byte[] key) {
    offered = fingerprint(key);
    return accepted.check(host, key);
  }

  @Override
  public void add(HostKey key, @Nullable UserInfo user) {}

  @Override
  public void remove(String host, String type) {}

  @Override
  public void remove(String host, String type, byte @Nullable [] key) {}

  @Override
  public String getKnownHostsRepositoryID() {
    return accepted.getKnownHostsRepositoryID();
  }

  @Override
  public HostKey[] getHostKey() {
    return accepted.getHostKey();
  }

  @Override
  public HostKey[] getHostKey(@Nullable String host, @Nullable String type) {
    return accepted.getHostKey(host, type);
  }
}
