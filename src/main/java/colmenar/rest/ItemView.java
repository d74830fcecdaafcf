package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.task.Result;
import jakarta.json.JsonValue;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One streamed item.
 *
 * @param attempt that streamed it; with a retry, later attempts stream theirs after it
 * @param index within the attempt
 * @param complete always false, as in Colmena
 */
@Schema(name = "Item")
public record ItemView(
    int attempt,
    int index,
    boolean complete,
    @Schema(implementation = Object.class) JsonValue value,
    Instant sentAt) {

  static ItemView of(Result item) {
    return new ItemView(
        item.attemptNumber(),
        item.itemIndex(),
        item.complete(),
        item.value().map(JsonText::stored).orElse(JsonValue.NULL),
        item.sentAt());
  }
}
