package colmenar.backend.globus;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.core.Form;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The header that says who asks, renewed in time. Kept in memory only. Thread-safe. */
final class AccessTokens {

  private static final Duration EARLY = Duration.ofMinutes(1);
  private static final Duration DEFAULT_LIFE = Duration.ofHours(1);

  private final ServiceSettings settings;
  private final Function<Call, JsonValue> exchange;
  private final Clock clock;
  private final Pace pace;
  private @Nullable String header;
  private Instant until = Instant.MAX;

  /**
   * @param exchange asks for a new one
   */
  AccessTokens(
      ServiceSettings settings, Function<Call, JsonValue> exchange, Clock clock, Pace pace) {
    this.settings = settings;
    this.exchange = exchange;
    this.clock = clock;
    this.pace = pace;
    if (settings.accessToken() != null) {
      header = "Bearer " + settings.accessToken();
    }
  }

  /**
   * @throws ServiceException when there is none to be had
   */
  synchronized String header() {
    String known = header;
    if (known == null || clock.instant().isAfter(until)) {
      known = fresh();
      header = known;
    }
    return known;
  }

  /**
   * The service has not taken it.
   *
   * @return whether there may be another one
   */
  synchronized boolean refused(String refused) {
    if (settings.accessToken() != null) {
      return false;
    }
    if (refused.equals(header)) {
      header = null;
    }
    return true;
  }

  private String fresh() {
    String secret = settings.clientId() + ":" + settings.clientSecret();
    String basic = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    Form form = new Form("grant_type", "client_credentials").param("scope", settings.scope());
    JsonValue answer =
        exchange.apply(
            new Call("POST", settings.tokens(), "Basic " + basic, Entity.form(form), pace));
    if (answer instanceof JsonObject token
        && token.get("access_token") instanceof JsonString text) {
      Duration life =
          token.get("expires_in") instanceof JsonNumber seconds
              ? Duration.ofSeconds(seconds.longValue())
              : DEFAULT_LIFE;
      until = clock.instant().plus(life).minus(EARLY);
      return "Bearer " + text.getString();
    }
    throw new ServiceException(
        ServiceException.Kind.REFUSED, 0, "%s gave no access token".formatted(settings.tokens()));
  }
}
