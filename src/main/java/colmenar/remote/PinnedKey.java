package colmenar.remote;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Accepts one host key: the one with this fingerprint. */
final class PinnedKey implements HostKeyRepository {

  private static final int SHA256_BYTES = 32;

  private final String fingerprint;

  PinnedKey(String fingerprint) {
    this.fingerprint = checked(fingerprint);
  }

  /**
   * @param fingerprint as {@code ssh-keygen -l} shows it
   * @throws IllegalArgumentException when it is none
   */
  static String checked(String fingerprint) {
    String digest =
        fingerprint.startsWith(OfferedKey.PREFIX)
            ? fingerprint.substring(OfferedKey.PREFIX.length())
            : "";
    if (bytes(digest) != SHA256_BYTES) {
      throw new IllegalArgumentException(
          "%s is no fingerprint: it must be %s and 43 characters, as ssh-keygen -l shows it"
              .formatted(fingerprint, OfferedKey.PREFIX));
    }
    return OfferedKey.PREFIX + digest.replace("=", "");
  }

  private static int bytes(String digest) {
    try {
      return Base64.getDecoder().decode(digest).length;
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }

  @Override
  public int check(String host, byte[] key) {
    return OfferedKey.fingerprint(key).equals(fingerprint) ? OK : CHANGED;
  }

  @Override
  public void add(HostKey key, @Nullable UserInfo user) {}

  @Override
  public void remove(String host, String type) {}

  @Override
  public void remove(String host, String type, byte @Nullable [] key) {}

  @Override
  public String getKnownHostsRepositoryID() {
    return fingerprint;
  }

  @Override
  public HostKey[] getHostKey() {
    return new HostKey[0];
  }

  /** None: which kind of key has this fingerprint is not known before it is seen. */
  @Override
  public HostKey[] getHostKey(@Nullable String host, @Nullable String type) {
    return new HostKey[0];
  }
}
