package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.json.JsonText;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Gives access tokens to one account. Thread-safe. */
final class CloudTokens {

  /** What a client of the service asks for. */
  static final String SCOPE =
      "https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all";

  private static final String COMPUTE = "funcx_service";

  private static final Map<String, String> SERVERS =
      Map.of(
          SCOPE,
          COMPUTE,
          "openid",
          "auth.globus.org",
          "urn:globus:auth:scope:auth.globus.org:manage_projects",
          "auth.globus.org");

  private static final int LIFE_SECONDS = 172_800;

  private final String authorization;
  private final Set<String> given = ConcurrentHashMap.newKeySet();

  CloudTokens(String clientId, String clientSecret) {
    byte[] account = (clientId + ":" + clientSecret).getBytes(UTF_8);
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(account);
  }

  CloudAnswer give(CloudRequest request) {
    Map<String, String> form = request.form();
    List<String> scopes = List.of(form.getOrDefault("scope", "").split(" "));
    if (!request.authorization().equals(authorization)) {
      return CloudAnswer.noToken(401, "invalid_client");
    }
    if (!"client_credentials".equals(form.get("grant_type"))) {
      return CloudAnswer.noToken(400, "unsupported_grant_type");
    }
    if (!SERVERS.keySet().containsAll(scopes)) {
      return CloudAnswer.noToken(400, "invalid_scope");
    }
    Map<String, List<String>> byServer =
        scopes.stream()
            .collect(Collectors.groupingBy(SERVERS::get, LinkedHashMap::new, Collectors.toList()));
    List<JsonObject> tokens =
        byServer.entrySet().stream()
            .map(each -> token(each.getKey(), String.join(" ", each.getValue())))
            .toList();
    JsonArrayBuilder others = JsonText.JSON.createArrayBuilder();
    tokens.stream().skip(1).forEach(others::add);
    return CloudAnswer.ok(
        JsonText.JSON.createObjectBuilder(tokens.get(0)).add("other_tokens", others));
  }

  private JsonObject token(String server, String scope) {
    String token = UUID.randomUUID().toString();
    if (server.equals(COMPUTE)) {
      given.add("Bearer " + token);
    }
    return JsonText.JSON
        .createObjectBuilder()
        .add("access_token", token)
        .add("scope", scope)
        .add("expires_in", LIFE_SECONDS)
        .add("token_type", "Bearer")
        .add("resource_server", server)
        .build();
  }

  void check(CloudRequest request) {
    if (!given.contains(request.authorization())) {
      throw CloudAnswer.failed(401, "USER_UNAUTHENTICATED", "the token is not valid").refusal();
    }
  }

  /** No token given before is taken any more. */
  void revoke() {
    given.clear();
  }
}
