package colmenar.fault;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;

/**
 * A limit that the servers have been told.
 *
 * @param limit its scope and name, as the path of the API has them
 * @param most that run at once; units of a resource
 * @param perSecond that start; null when that is not limited, like {@code burst}
 */
record Bound(String limit, long most, Double perSecond, Integer burst) {

  Bound(String limit, long most) {
    this(limit, most, null, null);
  }

  String json() {
    JsonObjectBuilder json = Json.createObjectBuilder().add("maxRunning", most);
    if (perSecond != null) {
      json.add("perSecond", perSecond).add("burst", burst);
    }
    return json.build().toString();
  }
}
