package colmenar.backend.globus;

import colmenar.json.JsonText;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What the stand-in tells of endpoints. Thread-safe. */
final class CloudEndpoints {

  private final Map<UUID, Boolean> online = new ConcurrentHashMap<>();
  private final String owner = UUID.randomUUID().toString();

  void put(UUID id, boolean isOnline) {
    online.put(id, isOnline);
  }

  /** The same id. */
  UUID known(UUID id) {
    if (!online.containsKey(id)) {
      throw CloudRoutes.unknown("ENDPOINT", id);
    }
    return id;
  }

  CloudAnswer list() {
    JsonArrayBuilder all = JsonText.JSON.createArrayBuilder();
    online.keySet().forEach(id -> all.add(names(id)));
    return CloudAnswer.ok(all.build());
  }

  private JsonObjectBuilder names(UUID id) {
    return JsonText.JSON
        .createObjectBuilder()
        .add("uuid", id.toString())
        .add("name", "endpoint-" + id)
        .add("display_name", "An endpoint of tests")
        .add("owner", owner);
  }

  CloudAnswer metadata(UUID id) {
    return CloudAnswer.ok(
        names(known(id))
            .add("multi_user", true)
            .add("public", false)
            .add("hostname", "localhost")
            .add("endpoint_version", "4.15.0")
            .add("sdk_version", "4.15.0")
            .add("python_version", "3.11.7"));
  }

  CloudAnswer status(UUID id) {
    boolean isOnline = online.get(known(id));
    JsonObjectBuilder status = JsonText.JSON.createObjectBuilder();
    return CloudAnswer.ok(
        isOnline
            ? status
                .add("status", "online")
                .add("details", JsonText.JSON.createObjectBuilder().add("total_workers", 2))
            : status.add("status", "offline"));
  }

  CloudAnswer allowedFunctions(UUID id) {
    return CloudAnswer.ok(
        JsonText.JSON
            .createObjectBuilder()
            .add("endpoint_id", known(id).toString())
            .add("restricted", false)
            .add("functions", JsonText.JSON.createArrayBuilder()));
  }
}
