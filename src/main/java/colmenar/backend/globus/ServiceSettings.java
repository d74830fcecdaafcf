package colmenar.backend.globus;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service, and as whom this server speaks with it.
 *
 * @param compute base of its own routes
 * @param tokens where access tokens come from
 * @param clientId of a service account; null when there is an access token
 * @param clientSecret of the service account
 * @param accessToken of whoever has given it; null when there is a service account
 * @param scope of access tokens
 * @param brokerPort of results, instead of the one that the service names; null for that
 * @param requests that may be made in a period
 */
record ServiceSettings(
    URI compute,
    URI tokens,
    @Nullable String clientId,
    @Nullable String clientSecret,
    @Nullable String accessToken,
    String scope,
    @Nullable Integer brokerPort,
    int requests,
    Duration period) {

  /** Without secrets. */
  @Override
  public String toString() {
    return clientId == null ? "%s, with a token".formatted(compute) : compute + ", as " + clientId;
  }
}
