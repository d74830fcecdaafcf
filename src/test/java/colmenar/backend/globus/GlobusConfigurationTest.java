package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import colmenar.backend.site.MapConfig;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobusConfigurationTest {

  private static final String ID = "5a9d0000-0000-4000-8000-000000000001";

  private final Map<String, String> settings = new HashMap<>();

  @BeforeEach
  void nameOne() {
    settings.put("colmenar.globus.endpoints", "anvil");
    settings.put("colmenar.globus.anvil.id", ID);
    settings.put("colmenar.globus.client-id", "me");
    settings.put("colmenar.globus.client-secret", "hush");
  }

  private GlobusConfiguration configuration() {
    return new GlobusConfiguration(new MapConfig(settings));
  }

  private List<EndpointSettings> endpoints() {
    return configuration().endpoints();
  }

  private ServiceSettings service() {
    return configuration().service();
  }

  @Test
  void an_id_is_all_that_an_endpoint_needs() {
    EndpointSettings endpoint = endpoints().get(0);

    assertThat(endpoint.name()).isEqualTo("anvil");
    assertThat(endpoint.id()).isEqualTo(UUID.fromString(ID));
    assertThat(endpoint.userConfig()).isEmpty();
    assertThat(endpoint.abandoned()).isEqualTo(Duration.ofDays(14));
  }

  @Test
  void the_service_is_the_real_one_unless_it_is_said() {
    ServiceSettings service = service();

    assertThat(service.compute()).isEqualTo(URI.create("https://compute.api.globus.org"));
    assertThat(service.tokens()).isEqualTo(URI.create("https://auth.globus.org/v2/oauth2/token"));
    assertThat(service.requests()).isEqualTo(20);
    assertThat(service.period()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void names_of_the_sdk_count_too() {
    settings.remove("colmenar.globus.client-id");
    settings.remove("colmenar.globus.client-secret");
    settings.put("GLOBUS_COMPUTE_CLIENT_ID", "sdk");
    settings.put("GLOBUS_COMPUTE_CLIENT_SECRET", "hush");
    settings.put("GLOBUS_SDK_ENVIRONMENT", "preview");
    settings.put("GLOBUS_SDK_SERVICE_URL_AUTH", "http://127.0.0.1:5000/");

    ServiceSettings service = service();

    assertThat(service.clientId()).isEqualTo("sdk");
    assertThat(service.compute()).isEqualTo(URI.create("https://compute.api.preview.globus.org"));
    assertThat(service.tokens()).isEqualTo(URI.create("http://127.0.0.1:5000/v2/oauth2/token"));
  }

  @Test
  void a_token_takes_the_place_of_an_account() {
    settings.put("colmenar.globus.access-token", "abc");

    assertThat(service().accessToken()).isEqualTo("abc");
    assertThat(service().clientId()).isNull();
  }

  @Test
  void no_secret_is_printed() {
    assertThat(service().toString()).contains("me").doesNotContain("hush");
    settings.put("colmenar.globus.access-token", "abc");
    assertThat(service().toString()).doesNotContain("abc").doesNotContain("hush");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "anvil.id | 17 | colmenar.globus.anvil.id is \"17\"",
        "anvil.user-endpoint-config | [] | it must be a JSON object",
        "anvil.user-endpoint-config | {] | it must be a JSON object: not JSON",
        "anvil.idd | 17 | colmenar.globus.anvil.idd is no setting",
        "endpoints | An vil | is no such name",
        "anvil.id | '' | colmenar.globus.anvil.id is not set",
        "environment | moon | colmenar.globus.environment is \"moon\"",
        "compute-url | ftp://x | colmenar.globus.compute-url is \"ftp://x\"",
        "compute-url | http://compute.example.org | begins with https, as secrets go there",
        "endpoints | client | an endpoint cannot be called \"client\"",
        "client-idd | me | colmenar.globus.client-idd is no setting",
        "broker-port | 70000 | colmenar.globus.broker-port is \"70000\"; it must be a number from 1 to 65535",
        "requests | none | colmenar.globus.requests is \"none\"",
        "anvil.user-endpoint-config | {\"_GC\":1} | colmenar.globus.anvil.user-endpoint-config._GC is reserved",
        "client-secret | '' | or colmenar.globus.access-token",
      })
  void what_is_wrong_is_named(String key, String value, String said) {
    settings.put("colmenar.globus." + key, value);

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () -> {
              endpoints();
              service();
            })
        .withMessageContaining(said);
  }
}
