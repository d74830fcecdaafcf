package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.api.EventReader.Event;
import jakarta.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tasks that do nothing, and what is told of them. */
final class EventfulTasks {

  private EventfulTasks() {}

  /** Makes their method known. */
  static void define(Api of) throws Exception {
    of.define("event-echo", "{'kind':'java','bean':'echo'}");
  }

  /** Submits so many in one request; their ids. */
  static List<String> submit(Api to, String topic, int number) throws Exception {
    String one = "{\"method\":\"event-echo\",\"args\":[1],\"topic\":\"%s\"}".formatted(topic);
    String batch = "[" + (one + ",").repeat(number - 1) + one + "]";
    JsonArray items = to.post("tasks", batch).expect(200).object().getJsonArray("items");
    List<String> ids = new ArrayList<>();
    items.forEach(item -> ids.add(item.asJsonObject().getString("id")));
    return ids;
  }

  /** That the whole life of each was told, once and in order. */
  static void assertWholeLives(List<Event> seen, List<String> ids) {
    assertLives(seen, ids, "SUBMITTED (RUNNING GIVEN_BACK )*RUNNING SUCCEEDED");
  }

  /** The same of tasks that a server may have lost on the way. */
  static void assertInterruptedLives(List<Event> seen, List<String> ids) {
    assertThat(seen).extracting(Event::id).doesNotHaveDuplicates();
    assertThat(seen).noneMatch(event -> event.kind().equals("reset"));
    assertLives(seen, ids, "SUBMITTED (RUNNING (RETRY|GIVEN_BACK) )*RUNNING (SUCCEEDED|FAILED)");
  }

  private static void assertLives(List<Event> seen, List<String> ids, String life) {
    Map<String, List<String>> kinds =
        seen.stream()
            .collect(
                Collectors.groupingBy(
                    Event::task, Collectors.mapping(Event::kind, Collectors.toList())));
    assertThat(kinds.keySet()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(kinds).allSatisfy((task, told) -> assertThat(String.join(" ", told)).matches(life));
  }
}
