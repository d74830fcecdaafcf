package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.problem.InvalidException;
import colmenar.task.FilterJson;
import colmenar.task.TaskFilter;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** A filter of tasks as the parameters of a query; brought into JSON, and read as such. */
public class FilterQuery {

  @QueryParam("state")
  @Parameter(description = "May come several times: any of them")
  private List<String> states = List.of();

  @QueryParam("method")
  private @Nullable String method;

  @QueryParam("backend")
  private @Nullable String backend;

  @QueryParam("topic")
  private @Nullable String topic;

  @QueryParam("owner")
  private @Nullable String owner;

  @QueryParam("campaign")
  private @Nullable String campaign;

  @QueryParam("label")
  @Parameter(description = "`name:value`; may come several times: all of them")
  private List<String> labels = List.of();

  @QueryParam("failureClass")
  private @Nullable String failureClass;

  @QueryParam("failureGroup")
  @Parameter(description = "Tasks that failed for the same cause, see `/failures`")
  private @Nullable String failureGroup;

  @QueryParam("since")
  @Parameter(description = "The server had the task then or later, to the millisecond")
  private @Nullable String since;

  @QueryParam("until")
  @Parameter(description = "The server had the task before, to the millisecond")
  private @Nullable String until;

  @QueryParam("text")
  @Parameter(
      description =
          "1 to 200 characters, in any case, that stand in the id, method, topic, owner, campaign,"
              + " client id, labels or inputs (as JSON writes them; inputs of more than 4000 bytes"
              + " are not looked at), or in type or message of the failure")
  private @Nullable String text;

  TaskFilter filter() {
    JsonObjectBuilder json = JsonText.JSON.createObjectBuilder();
    if (!states.isEmpty()) {
      JsonArrayBuilder words = JsonText.JSON.createArrayBuilder();
      states.forEach(words::add);
      json.add("state", words);
    }
    add(json, "method", method);
    add(json, "backend", backend);
    add(json, "topic", topic);
    add(json, "owner", owner);
    add(json, "campaign", campaign);
    if (!labels.isEmpty()) {
      JsonObjectBuilder byName = JsonText.JSON.createObjectBuilder();
      labels(labels).forEach(byName::add);
      json.add("labels", byName);
    }
    add(json, "failureClass", failureClass);
    add(json, "failureGroup", failureGroup);
    add(json, "since", since);
    add(json, "until", until);
    add(json, "text", text);
    return FilterJson.read("", json.build());
  }

  private static void add(JsonObjectBuilder json, String name, @Nullable String value) {
    if (value != null) {
      json.add(name, value);
    }
  }

  /** No name of a label has a colon; a value may. */
  static Map<String, String> labels(List<String> texts) {
    Map<String, String> labels = new TreeMap<>();
    for (String text : texts) {
      int colon = text.indexOf(':');
      if (colon < 1) {
        throw new InvalidException("label", "is not name:value: " + text);
      }
      String name = text.substring(0, colon);
      String value = text.substring(colon + 1);
      if (!labels.getOrDefault(name, value).equals(value)) {
        throw new InvalidException("label", "no task has two values of " + name);
      }
      labels.put(name, value);
    }
    return labels;
  }
}
