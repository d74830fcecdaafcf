package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.method.Method;
import jakarta.json.JsonValue;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One version of a method.
 *
 * @param definition as it was put, with the name
 * @param retiredAt when it was taken out of the catalog
 */
@Schema(name = "Method")
public record MethodView(
    String name,
    int version,
    String kind,
    @Schema(implementation = Object.class) JsonValue definition,
    Instant createdAt,
    String createdBy,
    @Nullable Instant retiredAt) {

  static MethodView of(Method method) {
    return new MethodView(
        method.name(),
        method.version(),
        method.kind(),
        JsonText.stored(method.definition()),
        method.createdAt(),
        method.createdBy(),
        method.retiredAt().orElse(null));
  }
}
