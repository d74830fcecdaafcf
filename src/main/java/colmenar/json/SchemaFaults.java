package colmenar.json;

import dev.harrel.jsonschema.Evaluator;
import dev.harrel.jsonschema.EvaluatorFactory;
import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonSchemaException;
import dev.harrel.jsonschema.SchemaParsingContext;
import dev.harrel.jsonschema.Validator;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What the schema of schemas lets pass, and is noticed only when a value is checked, or never:
 * patterns that are none, and references to what is not there. Reads with the parser, so it takes
 * for a keyword what the parser does.
 */
final class SchemaFaults implements EvaluatorFactory {

  private static final Set<String> MAPS =
      Set.of(
          "properties",
          "patternProperties",
          "$defs",
          "definitions",
          "dependentSchemas",
          "dependencies");

  private static final Set<String> VALUES = Set.of("const", "enum", "default", "examples");

  private final List<String> faults = new ArrayList<>();
  private final Map<String, String> references = new LinkedHashMap<>();
  private final Set<String> dynamicAnchors = new HashSet<>();

  @Override
  public Optional<Evaluator> create(SchemaParsingContext context, String keyword, JsonNode node) {
    if (isOfValue(node.getJsonPointer())) {
      return Optional.empty();
    }
    switch (keyword) {
      case "pattern" -> {
        if (node.isString()) {
          compile(node.getJsonPointer(), node.asString());
        }
      }
      case "patternProperties" -> {
        if (node.isObject()) {
          node.asObject().keySet().forEach(pattern -> compile(node.getJsonPointer(), pattern));
        }
      }
      case "$ref", "$dynamicRef" -> {
        if (node.isString()) {
          references.put(absolute(context.getParentUri(), node.asString()), node.asString());
        }
      }
      case "$dynamicAnchor" -> {
        if (node.isString()) {
          dynamicAnchors.add("#" + node.asString());
        }
      }
      default -> {
        // Anything else is checked by the schema of schemas.
      }
    }
    return Optional.empty();
  }

  /** The parser reads a constant or an example as if it were a schema; it is never used as one. */
  private static boolean isOfValue(String pointer) {
    boolean isName = false;
    for (String step : pointer.split("/", -1)) {
      if (!isName && VALUES.contains(step)) {
        return true;
      }
      isName = !isName && MAPS.contains(step);
    }
    return false;
  }

  private static String absolute(URI base, String reference) {
    String document = base.toString();
    int fragment = document.indexOf('#');
    if (reference.startsWith("#")) {
      return (fragment < 0 ? document : document.substring(0, fragment)) + reference;
    }
    return base.resolve(reference).toString();
  }

  private void compile(String pointer, String pattern) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      faults.add("%s: '%s' is no pattern: %s".formatted(pointer, pattern, e.getDescription()));
    }
  }

  /** All of them, once a schema is registered. */
  List<String> faults(Validator validator) {
    // What is looked for may itself be read only now.
    Map.copyOf(references)
        .forEach(
            (absolute, reference) -> {
              if (!dynamicAnchors.contains(reference) && !leadsSomewhere(validator, absolute)) {
                faults.add(
                    "'%s' refers to nothing in the schema; nothing is fetched from elsewhere"
                        .formatted(reference));
              }
            });
    return List.copyOf(faults);
  }

  private static boolean leadsSomewhere(Validator validator, String absolute) {
    try {
      validator.validate(URI.create(absolute), JsonValue.NULL);
      return true;
    } catch (JsonSchemaException | IllegalArgumentException e) {
      return false;
    } catch (StackOverflowError e) {
      throw new IllegalStateException("it refers to itself without end", e);
    }
  }
}
