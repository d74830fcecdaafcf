package colmenar.security;

import colmenar.platform.Sha256;
import java.security.SecureRandom;
import java.util.Base64;

/** Secrets of 256 random bits, of which a plain hash is as good as a slow one. */
final class Secrets {
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  /** 43 characters that need no quoting in headers, cookies and addresses. */
  static String make() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** What is stored of a secret. */
  static String hash(String secret) {
    return Sha256.hex(secret);
  }
}
