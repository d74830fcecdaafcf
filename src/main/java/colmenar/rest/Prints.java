package colmenar.rest;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeMap;

/** Fingerprints, by which two requests are known to ask for the same. */
final class Prints {

  private Prints() {}

  /** Of an object, whatever the order of its members; members of these names do not matter. */
  static String of(JsonObject json, Set<String> except) {
    TreeMap<String, JsonValue> members = new TreeMap<>(json);
    members.keySet().removeAll(except);
    return of(members.toString());
  }

  static String of(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
