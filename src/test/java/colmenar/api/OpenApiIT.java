package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.SharedServer;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SharedServer
class OpenApiIT {

  private static Api api;

  @BeforeAll
  static void logIn() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
  }

  @Test
  void the_description_names_every_path() throws Exception {
    JsonObject description = api.get("openapi").expect(200).object();

    assertThat(description.getString("openapi")).startsWith("3.");
    assertThat(description.getJsonObject("paths").keySet())
        .contains(
            "/api/v1/tasks",
            "/api/v1/tasks/{id}",
            "/api/v1/tasks/{id}/result",
            "/api/v1/tasks/{id}/items",
            "/api/v1/tasks/{id}/inputs",
            "/api/v1/tasks/{id}/attempts",
            "/api/v1/tasks/{id}/attempts/{number}/stdout",
            "/api/v1/tasks/{id}/attempts/{number}/stderr",
            "/api/v1/tasks/{id}/cancel",
            "/api/v1/tasks/{id}/rerun",
            "/api/v1/tasks/{id}/waiting",
            "/api/v1/tasks/{id}/priority",
            "/api/v1/tasks/{id}/acknowledge",
            "/api/v1/failures",
            "/api/v1/failures/{group}",
            "/api/v1/history",
            "/api/v1/campaigns",
            "/api/v1/campaigns/{name}",
            "/api/v1/tasks/{id}/move",
            "/api/v1/operations",
            "/api/v1/operations/{id}",
            "/api/v1/operations/{id}/stop",
            "/api/v1/limits",
            "/api/v1/limits/{scope}/{name}",
            "/api/v1/server",
            "/api/v1/server/drain",
            "/api/v1/backends/{name}/pause",
            "/api/v1/methods",
            "/api/v1/methods/{name}",
            "/api/v1/methods/{name}/versions",
            "/api/v1/methods/{name}/versions/{version}",
            "/api/v1/backends",
            "/api/v1/backends/{name}",
            "/api/v1/tokens",
            "/api/v1/tokens/{id}",
            "/api/v1/metrics",
            "/api/v1/events",
            "/api/v1/me");
  }

  @Test
  void every_operation_says_what_it_does() throws Exception {
    JsonObject paths = api.get("openapi").object().getJsonObject("paths");

    paths.forEach(
        (path, methods) ->
            methods
                .asJsonObject()
                .forEach(
                    (method, operation) ->
                        assertThat(operation.asJsonObject().getString("summary", ""))
                            .as(method + " " + path)
                            .isNotEmpty()));
  }

  @Test
  void the_description_comes_as_yaml_too() throws Exception {
    assertThat(api.get("openapi/yaml").expect(200).text()).contains("openapi:", "/api/v1/tasks:");
  }
}
