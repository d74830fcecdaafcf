package colmenar.json;

import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JakartaJsonNode;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A JSON Schema (draft 2020-12 unless it says otherwise), ready to check values. Thread-safe. */
public final class Schema {

  private static final int MOST_ERRORS = 20;

  private final Validator validator;
  private final URI uri;

  private Schema(Validator validator, URI uri) {
    this.validator = validator;
    this.uri = uri;
  }

  /**
   * @throws InvalidException when it is no JSON Schema
   */
  public static Schema of(JsonObject schema) {
    try {
      Validator validator =
          new ValidatorFactory()
              .withJsonNodeFactory(new JakartaJsonNode.Factory())
              .createValidator();
      return new Schema(validator, validator.registerSchema(schema));
    } catch (RuntimeException e) {
      throw new InvalidException("", "not a JSON Schema: " + e.getMessage());
    }
  }

  /**
   * Like {@link #of}, and sure to be of use: all its patterns are some, and every reference leads
   * to something in it. What was stored before anybody asked for this is still read by {@link #of}.
   *
   * @throws InvalidException saying what is wrong with it
   */
  public static void checkDefinition(JsonObject schema) {
    SchemaFaults reader = new SchemaFaults();
    List<String> faults;
    try {
      Validator validator =
          new ValidatorFactory()
              .withJsonNodeFactory(new JakartaJsonNode.Factory())
              .withEvaluatorFactory(reader)
              .createValidator();
      validator.registerSchema(schema);
      faults = reader.faults(validator);
    } catch (RuntimeException e) {
      throw new InvalidException("", "not a JSON Schema: " + e.getMessage());
    }
    if (!faults.isEmpty()) {
      throw new InvalidException("", "not a JSON Schema: " + String.join("; ", faults));
    }
  }

  /** One of the schemas packed with the server, by its file name. */
  public static Schema packaged(String name) {
    String path = "/schema/" + name;
    try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream(path), path)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return of(JsonText.stored(text).asJsonObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What does not fit, outermost causes left out; empty when all fits. */
  public List<FieldError> errors(JsonValue value) {
    Validator.Result result = validate(value);
    if (result.isValid()) {
      return List.of();
    }
    return result.getErrors().stream()
        .map(e -> new FieldError(dotted(e.getInstanceLocation()), message(e)))
        .distinct()
        .limit(MOST_ERRORS)
        .toList();
  }

  private Validator.Result validate(JsonValue value) {
    try {
      return validator.validate(uri, value);
    } catch (StackOverflowError e) {
      throw new InvalidException("", "the schema refers to itself without end");
    }
  }

  /**
   * @param what names the value in the message
   * @throws InvalidException naming everything that does not fit
   */
  public void check(String what, JsonValue value) {
    List<FieldError> errors = errors(value);
    if (!errors.isEmpty()) {
      throw new InvalidException(what + " does not fit its schema", errors);
    }
  }

  /**
   * Where nothing is allowed, as in {@code additionalProperties: false}, a name was not expected.
   */
  private static String message(Error error) {
    return error.getError().startsWith("False schema") ? "is not known here" : error.getError();
  }

  /** {@code /resources/nodes} becomes {@code resources.nodes}. */
  private static String dotted(String pointer) {
    return pointer.isEmpty()
        ? ""
        : pointer.substring(1).replace('/', '.').replace("~1", "/").replace("~0", "~");
  }
}
