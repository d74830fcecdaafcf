package colmenar.rest;

import colmenar.platform.Sha256;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
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
    return Sha256.hex(text);
  }
}
