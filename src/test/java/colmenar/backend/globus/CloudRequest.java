package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.json.JsonText;
import colmenar.problem.RefusedException;
import com.sun.net.httpserver.HttpExchange;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the stand-in is asked.
 *
 * @param query as it is after the question mark; empty for none
 * @param authorization the header; empty for none
 */
record CloudRequest(String method, String path, String query, String authorization, String body) {

  static CloudRequest of(HttpExchange exchange) throws IOException {
    return new CloudRequest(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        orEmpty(exchange.getRequestURI().getRawQuery()),
        orEmpty(exchange.getRequestHeaders().getFirst("Authorization")),
        new String(exchange.getRequestBody().readAllBytes(), UTF_8));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Method and path. */
  String line() {
    return method + " " + path;
  }

  JsonObject json() {
    try {
      if (JsonText.parse(body) instanceof JsonObject object) {
        return object;
      }
    } catch (RefusedException e) {
      throw CloudAnswer.invalid("body", e.getMessage()).refusal();
    }
    throw CloudAnswer.invalid("body", "value is not a valid dict").refusal();
  }

  /** The fields of a form. */
  Map<String, String> form() {
    return Arrays.stream(body.split("&"))
        .map(field -> field.split("=", 2))
        .filter(field -> field.length == 2)
        .collect(
            Collectors.toMap(
                field -> URLDecoder.decode(field[0], UTF_8),
                field -> URLDecoder.decode(field[1], UTF_8),
                (first, second) -> second));
  }
}
