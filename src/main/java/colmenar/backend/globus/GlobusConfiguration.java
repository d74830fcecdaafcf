package colmenar.backend.globus;

import colmenar.backend.site.ConfiguredSites;
import colmenar.backend.site.SiteKeys;
import colmenar.json.JsonText;
import colmenar.problem.RefusedException;
import colmenar.worker.WorkerLimits;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is configured of the service and its endpoints; the names of the service's own SDK
 * count too.
 */
final class GlobusConfiguration {

  private static final String PREFIX = "colmenar.globus.";

  private static final List<String> OF_SERVICE =
      List.of(
          "environment",
          "access-token",
          "client-id",
          "client-secret",
          "compute-url",
          "auth-url",
          "scope",
          "broker-port",
          "requests");

  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");
  private static final int MOST_PORT = 65_535;

  private static final String SCOPE =
      "https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all";

  private static final int DEFAULT_BUNDLE = 20;
  private static final int MOST_BUNDLE = 50;
  private static final int DEFAULT_VALUE_BYTES = 10 << 20;

  /** What the service takes of one client; see its documentation of limits. */
  private static final int REQUESTS = 20;

  private static final Duration PERIOD = Duration.ofSeconds(10);

  private static final Map<String, String> COMPUTE =
      Map.of(
          "production", "https://compute.api.globus.org",
          "preview", "https://compute.api.preview.globus.org");

  private static final Map<String, String> AUTH =
      Map.of(
          "production", "https://auth.globus.org",
          "preview", "https://auth.preview.globus.org");

  private final Config config;

  GlobusConfiguration(Config config) {
    this.config = config;
  }

  /**
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  List<EndpointSettings> endpoints() {
    List<EndpointSettings> endpoints =
        new ConfiguredSites(config, PREFIX, "endpoints").read(this::endpoint);
    if (!endpoints.isEmpty()) {
      checkThatAllAreKnown(endpoints);
    }
    return endpoints;
  }

  /** Whether settings of the service begin so. */
  private static boolean isOfService(String prefix) {
    return OF_SERVICE.stream().anyMatch(key -> SiteKeys.canonical(PREFIX + key).startsWith(prefix));
  }

  /** A misspelt key would be a setting that is not there. */
  private void checkThatAllAreKnown(List<EndpointSettings> endpoints) {
    List<String> known =
        Stream.concat(Stream.of("endpoints"), OF_SERVICE.stream())
            .map(key -> SiteKeys.canonical(PREFIX + key))
            .toList();
    List<String> ofEndpoints =
        endpoints.stream()
            .map(endpoint -> SiteKeys.canonical(PREFIX + endpoint.name() + "."))
            .toList();
    for (String name : config.getPropertyNames()) {
      String canonical = SiteKeys.canonical(name);
      if (canonical.startsWith(PREFIX)
          && !known.contains(canonical)
          && ofEndpoints.stream().noneMatch(canonical::startsWith)) {
        throw new IllegalArgumentException(
            "%s is no setting; there are %s%s and those of the endpoints"
                .formatted(name, PREFIX, OF_SERVICE));
      }
    }
  }

  private EndpointSettings endpoint(SiteKeys keys) {
    if (isOfService(PREFIX + keys.site() + ".")) {
      throw new IllegalArgumentException(
          "%sendpoints: an endpoint cannot be called \"%s\", with which settings of the service begin"
              .formatted(PREFIX, keys.site()));
    }
    return new EndpointSettings(
        keys.site(),
        id(keys),
        object(keys, "user-endpoint-config"),
        keys.truth("mpi", false),
        keys.number("window", 1000, 1),
        bundle(keys),
        Duration.ofSeconds(keys.number("doubt-seconds", 300, 1)),
        Duration.ofHours(keys.number("abandoned-hours", 14 * 24, 1)),
        new WorkerLimits(
            keys.number("output-cap-bytes", 1 << 20, 1),
            config
                .getOptionalValue("colmenar.value.max-bytes", Integer.class)
                .orElse(DEFAULT_VALUE_BYTES),
            keys.number("grace-seconds", 10, 0)));
  }

  private static int bundle(SiteKeys keys) {
    int bundle = keys.number("bundle", DEFAULT_BUNDLE, 1);
    if (bundle > MOST_BUNDLE) {
      throw keys.wrong("bundle", String.valueOf(bundle), "at most " + MOST_BUNDLE);
    }
    return bundle;
  }

  private static UUID id(SiteKeys keys) {
    String text = keys.required("id").strip();
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw keys.wrong("id", text, "the id of an endpoint, a UUID");
    }
  }

  private static JsonObject object(SiteKeys keys, String key) {
    Optional<String> text = keys.text(key);
    if (text.isEmpty()) {
      return JsonValue.EMPTY_JSON_OBJECT;
    }
    try {
      if (JsonText.parse(text.get()) instanceof JsonObject object) {
        EndpointOptions.checkNames(object, PREFIX + keys.site() + "." + key);
        return object;
      }
    } catch (RefusedException e) {
      throw keys.wrong(key, text.get(), "a JSON object: " + e.getMessage());
    }
    throw keys.wrong(key, text.get(), "a JSON object");
  }

  /**
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  ServiceSettings service() {
    String environment = text("environment", "GLOBUS_SDK_ENVIRONMENT").orElse("production");
    String token = text("access-token", null).orElse(null);
    String id = text("client-id", "GLOBUS_COMPUTE_CLIENT_ID").orElse(null);
    String secret = text("client-secret", "GLOBUS_COMPUTE_CLIENT_SECRET").orElse(null);
    checkCredentials(token, id, secret);
    return new ServiceSettings(
        uri("compute-url", null, COMPUTE, environment),
        uri("auth-url", "GLOBUS_SDK_SERVICE_URL_AUTH", AUTH, environment)
            .resolve("/v2/oauth2/token"),
        token == null ? id : null,
        token == null ? secret : null,
        token,
        text("scope", "GLOBUS_COMPUTE_SCOPE").orElse(SCOPE),
        number("broker-port", MOST_PORT),
        Objects.requireNonNullElse(number("requests", Integer.MAX_VALUE), REQUESTS),
        PERIOD);
  }

  private static void checkCredentials(
      @Nullable String token, @Nullable String id, @Nullable String secret) {
    if (token == null && (id == null || secret == null)) {
      throw new IllegalArgumentException(
          "%sendpoints needs %sclient-id and %sclient-secret, or %saccess-token"
              .formatted(PREFIX, PREFIX, PREFIX, PREFIX));
    }
  }

  private URI uri(String key, @Nullable String sdk, Map<String, String> known, String environment) {
    Optional<String> text = text(key, sdk);
    String url = text.orElse(known.get(environment));
    if (url == null) {
      throw new IllegalArgumentException(
          "%senvironment is \"%s\"; without %s%s it must be one of %s"
              .formatted(PREFIX, environment, PREFIX, key, known.keySet()));
    }
    try {
      URI uri = URI.create(url);
      String scheme = String.valueOf(uri.getScheme());
      if (uri.getHost() != null
          && (scheme.equals("https")
              || (scheme.equals("http") && LOOPBACK.contains(uri.getHost())))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "%s%s is \"%s\"; it must be a URL that begins with https, as secrets go there"
            .formatted(PREFIX, key, url));
  }

  private @Nullable Integer number(String key, int most) {
    Optional<String> text = text(key, null);
    if (text.isEmpty()) {
      return null;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "%s%s is \"%s\"; it must be a number from 1 to %d"
            .formatted(PREFIX, key, text.get(), most));
  }

  /**
   * @param sdk how the service's SDK calls it; null when it has no name there
   */
  private Optional<String> text(String key, @Nullable String sdk) {
    return config
        .getOptionalValue(PREFIX + key, String.class)
        .filter(text -> !text.isBlank())
        .or(() -> sdk == null ? Optional.empty() : config.getOptionalValue(sdk, String.class))
        .map(String::strip);
  }
}
