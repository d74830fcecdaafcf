package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.SharedServer;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SharedServer
class ConfigurationIT {

  private static Api api;

  @BeforeAll
  static void logIn() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
  }

  @Test
  void an_administrator_sees_versions_machine_and_settings() throws Exception {
    JsonObject all = api.get("configuration").expect(200).object();

    assertThat(all.getString("version")).isNotEmpty();
    assertThat(Instant.parse(all.getString("startedAt"))).isBefore(Instant.now());
    assertThat(all.getString("java")).containsPattern("[0-9]");
    assertThat(all.getString("database")).matches("(H2|PostgreSQL) [0-9].*");
    assertThat(all.getInt("processors")).isPositive();
    assertThat(all.getJsonNumber("maxMemoryBytes").longValue()).isPositive();
    List<JsonObject> settings = all.getJsonArray("settings").getValuesAs(JsonObject.class);
    assertThat(settings)
        .extracting(setting -> setting.getString("name"))
        .contains("colmenar.version")
        .allMatch(name -> name.startsWith("colmenar.") || name.startsWith("COLMENAR_"))
        .doesNotHaveDuplicates();
  }

  @Test
  void what_is_secret_has_no_value() throws Exception {
    List<JsonObject> secret =
        api
            .get("configuration")
            .expect(200)
            .object()
            .getJsonArray("settings")
            .getValuesAs(JsonObject.class)
            .stream()
            .filter(setting -> setting.getBoolean("secret"))
            .toList();

    assertThat(secret)
        .extracting(setting -> variable(setting.getString("name")))
        .contains("COLMENAR_TEST_PASSWORD", "COLMENAR_TEST_BROKER");
    assertThat(secret).noneMatch(setting -> setting.containsKey("value"));
    assertThat(api.get("configuration").text()).doesNotContain("hunter2");
  }

  @Test
  void nobody_else_sees_it() throws Exception {
    api.as("configuration-sue", "submitter").get("configuration").expect(403);
    api.as("configuration-vic", "viewer").get("configuration").expect(403);
  }

  private static String variable(String name) {
    return name.replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
