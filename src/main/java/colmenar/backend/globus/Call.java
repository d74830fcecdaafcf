package colmenar.backend.globus;

import jakarta.ws.rs.client.Entity;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One request to the service.
 *
 * @param method of HTTP
 * @param authorization the header
 * @param body null for none
 * @param pace which it keeps to, each time it is made
 */
record Call(String method, URI uri, String authorization, @Nullable Entity<?> body, Pace pace) {

  /** Without secrets. */
  @Override
  public String toString() {
    return "%s %s".formatted(method, uri);
  }
}
