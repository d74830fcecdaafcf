package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.platform.SingleInstance;
import colmenar.problem.InvalidException;
import colmenar.problem.MalformedException;
import colmenar.problem.TooLargeException;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Reads the bodies of requests, up to a limit. */
@SingleInstance
class RequestBodies {

  private final int maxBytes;

  @Inject
  RequestBodies(
      @ConfigProperty(name = "colmenar.request.max-bytes", defaultValue = "67108864")
          int maxBytes) {
    this.maxBytes = maxBytes;
  }

  String text(InputStream body) {
    try {
      byte[] bytes = body.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new TooLargeException(
            "the request is over %d bytes (colmenar.request.max-bytes)".formatted(maxBytes));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("not UTF-8");
    } catch (IOException e) {
      throw new MalformedException("the request ended too early");
    }
  }

  JsonValue json(InputStream body) {
    return JsonText.parse(text(body));
  }

  JsonObject object(InputStream body) {
    return object(json(body));
  }

  static JsonObject object(JsonValue json) {
    if (json instanceof JsonObject object) {
      return object;
    }
    throw new InvalidException("", "expected a JSON object, found " + json.getValueType());
  }
}
