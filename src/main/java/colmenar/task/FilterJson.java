package colmenar.task;

import colmenar.backend.FailureClass;
import colmenar.json.JsonText;
import colmenar.json.Schema;
import colmenar.platform.Ids;
import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A filter as JSON; its schema is {@code schema/task-filter.json}. Queries are brought into this
 * form too, so that both are read alike.
 */
public final class FilterJson {

  private static final Schema SCHEMA = Schema.packaged("task-filter.json");

  private FilterJson() {}

  /**
   * @param where before the names of fields that do not fit, such as {@code filter.}
   */
  public static TaskFilter read(String where, JsonObject json) {
    List<FieldError> errors = SCHEMA.errors(json);
    if (!errors.isEmpty()) {
      throw new InvalidException(
          "the filter does not fit its schema",
          errors.stream().map(e -> new FieldError(where + e.field(), e.message())).toList());
    }
    return new TaskFilter(
        states(where, json),
        JsonText.string(json, "method"),
        JsonText.string(json, "backend"),
        JsonText.string(json, "topic"),
        JsonText.string(json, "owner"),
        JsonText.string(json, "campaign"),
        labels(json),
        failureClass(where, json),
        JsonText.string(json, "failureGroup"),
        JsonText.instant(json, "since", where + "since"),
        JsonText.instant(json, "until", where + "until"),
        JsonText.string(json, "text"),
        ids(where, json));
  }

  /** What {@link #read} reads; what does not matter is left out. */
  public static JsonObject write(TaskFilter filter) {
    JsonObjectBuilder json = JsonText.JSON.createObjectBuilder();
    if (!filter.states().isEmpty()) {
      JsonArrayBuilder states = JsonText.JSON.createArrayBuilder();
      new TreeSet<>(filter.states()).forEach(state -> states.add(state.name()));
      json.add("state", states);
    }
    add(json, "method", filter.method());
    add(json, "backend", filter.backend());
    add(json, "topic", filter.topic());
    add(json, "owner", filter.owner());
    add(json, "campaign", filter.campaign());
    if (!filter.labels().isEmpty()) {
      JsonObjectBuilder labels = JsonText.JSON.createObjectBuilder();
      new TreeMap<>(filter.labels()).forEach(labels::add);
      json.add("labels", labels);
    }
    add(json, "failureClass", filter.failureClass());
    add(json, "failureGroup", filter.failureGroup());
    add(json, "since", filter.since());
    add(json, "until", filter.until());
    add(json, "text", filter.text());
    if (!filter.ids().isEmpty()) {
      JsonArrayBuilder ids = JsonText.JSON.createArrayBuilder();
      filter.ids().stream().sorted(Ids.ORDER).forEach(id -> ids.add(id.toString()));
      json.add("ids", ids);
    }
    return json.build();
  }

  private static void add(JsonObjectBuilder json, String name, @Nullable Object value) {
    if (value != null) {
      json.add(name, value.toString());
    }
  }

  private static Set<TaskState> states(String where, JsonObject json) {
    JsonValue given = json.get("state");
    Stream<JsonValue> words =
        given == null
            ? Stream.empty()
            : given instanceof JsonArray array ? array.stream() : Stream.of(given);
    return words
        .map(word -> one(TaskState.values(), where + "state", ((JsonString) word).getString()))
        .collect(Collectors.toSet());
  }

  private static Set<UUID> ids(String where, JsonObject json) {
    JsonArray given = json.getJsonArray("ids");
    return given == null
        ? Set.of()
        : given.getValuesAs(JsonString.class).stream()
            .map(text -> id(where + "ids", text.getString()))
            .collect(Collectors.toSet());
  }

  private static UUID id(String field, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidException(field, "is no id: " + text);
    }
  }

  private static @Nullable FailureClass failureClass(String where, JsonObject json) {
    String word = JsonText.string(json, "failureClass");
    return word == null ? null : one(FailureClass.values(), where + "failureClass", word);
  }

  private static <E extends Enum<E>> E one(E[] all, String field, String word) {
    return Arrays.stream(all)
        .filter(each -> each.name().equals(word))
        .findFirst()
        .orElseThrow(() -> new InvalidException(field, "must be one of " + Arrays.toString(all)));
  }

  private static Map<String, String> labels(JsonObject json) {
    Map<String, String> labels = new TreeMap<>();
    if (json.get("labels") instanceof JsonObject given) {
      given.forEach((name, value) -> labels.put(name, ((JsonString) value).getString()));
    }
    return labels;
  }
}
