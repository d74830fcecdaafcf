package colmenar.backend.globus;

import colmenar.backend.globus.ServiceException.Kind;
import colmenar.json.JsonText;
import colmenar.platform.SingleInstance;
import colmenar.problem.RefusedException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.jspecify.annotations.Nullable;

/** Exchanges requests and answers with the service, and leaves it alone while it is ill. */
@SingleInstance
class Calls {

  private static final String AGENT = "colmenar";

  /** A submit may wait until the endpoint has started a process for it. */
  private static final int READ_SECONDS = 180;

  private static final int CONNECT_SECONDS = 10;

  /**
   * For some tens of endpoints, each of which makes a few; those that wait for their turn count.
   */
  private static final int AT_ONCE = 100;

  private static final int REQUESTS_THAT_COUNT = 10;
  private static final long PAUSE_MILLIS = 5000;
  private static final int TOO_MANY = 429;
  private static final Duration DEFAULT_PAUSE = Duration.ofSeconds(10);

  private final Client client;

  @Inject
  Calls() {
    client =
        ClientBuilder.newBuilder()
            .connectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
            .readTimeout(READ_SECONDS, TimeUnit.SECONDS)
            .build();
  }

  @PreDestroy
  void close() {
    client.close();
  }

  /**
   * Exchanges what may be done twice.
   *
   * @throws ServiceException when that was in vain
   */
  @Retry(maxRetries = 4, delay = 500, jitter = 250, retryOn = Unavailable.class)
  @CircuitBreaker(
      requestVolumeThreshold = REQUESTS_THAT_COUNT,
      delay = PAUSE_MILLIS,
      failOn = Unavailable.class)
  @Bulkhead(AT_ONCE)
  JsonValue repeatable(Call call) {
    return exchange(call);
  }

  /**
   * Exchanges what must not be done twice.
   *
   * @throws ServiceException when it was not done, or nobody knows
   */
  @CircuitBreaker(
      requestVolumeThreshold = REQUESTS_THAT_COUNT,
      delay = PAUSE_MILLIS,
      failOn = Unavailable.class)
  @Bulkhead(AT_ONCE)
  JsonValue once(Call call) {
    return exchange(call);
  }

  private JsonValue exchange(Call call) {
    try {
      Thread.sleep(call.pace().next().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(Kind.BUSY, call + ": interrupted", e);
    }
    Invocation.Builder request =
        client
            .target(call.uri())
            .request(MediaType.APPLICATION_JSON)
            .header(HttpHeaders.AUTHORIZATION, call.authorization())
            .header(HttpHeaders.USER_AGENT, AGENT)
            .header("X-Globus-Client-Info", "product=" + AGENT);
    try (Response response =
        call.body() == null
            ? request.method(call.method())
            : request.method(call.method(), call.body())) {
      if (response.getStatus() == TOO_MANY) {
        call.pace().pause(retryAfter(response));
      }
      return read(call, response.getStatus(), body(response));
    } catch (ProcessingException e) {
      Kind kind = neverSent(e) ? Kind.BUSY : Kind.UNKNOWN;
      throw new Unavailable(kind, "%s: %s".formatted(call, cause(e)), e);
    }
  }

  /** Whatever it says of its type. */
  private static String body(Response response) {
    try (InputStream body = response.readEntity(InputStream.class)) {
      return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ProcessingException(e);
    }
  }

  private static boolean neverSent(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
        .anyMatch(
            cause ->
                cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException);
  }

  private static String cause(Throwable thrown) {
    Throwable last = thrown;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return String.valueOf(last);
  }

  private static JsonValue read(Call call, int status, String body) {
    if (status / 100 == 2) {
      try {
        return JsonText.parse(body);
      } catch (RefusedException e) {
        throw new Unavailable(
            Kind.UNKNOWN, "%s: the answer is %s".formatted(call, e.getMessage()), e);
      }
    }
    String message = "%s: %d: %s".formatted(call, status, said(body));
    switch (status) {
      case 401 -> throw new ServiceException(Kind.UNAUTHORIZED, status, message);
      case TOO_MANY, 503 -> throw new Unavailable(Kind.BUSY, status, message);
      default -> {
        if (status >= 500) {
          throw new Unavailable(Kind.UNKNOWN, status, message);
        }
        throw new ServiceException(Kind.REFUSED, status, message);
      }
    }
  }

  /** How long the service wants to be left alone. */
  private static Duration retryAfter(Response response) {
    String text = response.getHeaderString(HttpHeaders.RETRY_AFTER);
    try {
      return text == null ? DEFAULT_PAUSE : Duration.ofSeconds(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return DEFAULT_PAUSE;
    }
  }

  /** The words of an answer that is an error, in whatever form it has them. */
  static String said(String body) {
    JsonObject json;
    try {
      json =
          JsonText.parse(body) instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
    } catch (RefusedException e) {
      return body;
    }
    return Stream.of("detail", "message", "reason", "error_description", "error")
        .flatMap(name -> words(json.get(name)))
        .findFirst()
        .orElse(body);
  }

  private static Stream<String> words(@Nullable JsonValue value) {
    if (value instanceof JsonString text) {
      return Stream.of(text.getString());
    }
    if (value instanceof JsonArray list) {
      return Stream.of(
          list.getValuesAs(JsonValue.class).stream()
              .map(each -> each instanceof JsonObject object ? object.getString("msg", "") : "")
              .filter(text -> !text.isEmpty())
              .collect(Collectors.joining("; ")));
    }
    return Stream.empty();
  }

  /** The service is ill, or cannot be reached. */
  static final class Unavailable extends ServiceException {

    private static final long serialVersionUID = 1;

    Unavailable(Kind kind, int status, String message) {
      super(kind, status, message);
    }

    Unavailable(Kind kind, String message, Throwable cause) {
      super(kind, message, cause);
    }
  }
}
