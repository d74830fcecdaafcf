package colmenar.feed;

import colmenar.backend.FailureClass;
import colmenar.feed.Group.Common;
import colmenar.json.JsonText;
import colmenar.json.ObjectText;
import colmenar.platform.Ids;
import colmenar.task.EventKind;
import colmenar.task.TaskState;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what happened in one transaction, and writes it down in few bytes: what tasks share once,
 * of each task no more than its id, whose last three bytes are always zero. What happened to one
 * task keeps its order. Not thread-safe.
 */
final class Groups {

  /** Of an id; the rest is the number of a part, and a task is none. */
  private static final int ID_BYTES = 13;

  private static final int ZERO_BYTES = 3;

  private final List<Growing> groups = new ArrayList<>();

  /** The newest group of its kind. */
  private final Map<Common, Integer> newest = new HashMap<>();

  /** The last group that a task is in: what happens to it next may not be told before. */
  private final Map<UUID, Integer> last = new HashMap<>();

  void add(Common common, UUID task, @Nullable Integer item) {
    int earliest = last.getOrDefault(task, 0);
    Integer found = newest.get(common);
    int index = found == null || found < earliest ? groups.size() : found;
    if (index == groups.size()) {
      groups.add(new Growing(common, new ArrayList<>(), new ArrayList<>()));
      newest.put(common, index);
    }
    Growing group = groups.get(index);
    group.tasks.add(task);
    if (item != null) {
      group.items.add(item);
    }
    last.put(task, index);
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** A JSON array of one short object for each group. */
  String text() {
    StringBuilder out = new StringBuilder("[");
    for (Growing group : groups) {
      if (out.length() > 1) {
        out.append(',');
      }
      write(group, out);
    }
    return out.append(']').toString();
  }

  private static void write(Growing group, StringBuilder out) {
    Common common = group.common;
    ObjectText text =
        ObjectText.in(out)
            .add("k", common.kind().name())
            .add("s", common.state().name())
            .add("a", common.attempt())
            .add("o", common.owner())
            .add("t", common.topic())
            .add("c", common.campaign())
            .add("m", common.method())
            .add("b", common.backend())
            .add("f", common.failureClass() == null ? null : common.failureClass().name())
            .add("i", ids(group.tasks));
    if (!group.items.isEmpty()) {
      text.addJson(
          "n",
          group.items.stream().map(Object::toString).collect(Collectors.joining(",", "[", "]")));
    }
    text.end();
  }

  private static String ids(List<UUID> tasks) {
    ByteBuffer bytes = ByteBuffer.allocate(tasks.size() * ID_BYTES + ZERO_BYTES);
    for (UUID task : tasks) {
      if (!task.equals(Ids.whole(task))) {
        throw new IllegalArgumentException(task + " is the id of a part, not of a task");
      }
      bytes.putLong(task.getMostSignificantBits()).putLong(task.getLeastSignificantBits());
      bytes.position(bytes.position() - ZERO_BYTES);
    }
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(bytes.array(), tasks.size() * ID_BYTES));
  }

  /** Reads what {@link #text} wrote. */
  static List<Group> parse(String text) {
    return JsonText.stored(text).asJsonArray().stream()
        .map(JsonValue::asJsonObject)
        .map(Groups::read)
        .toList();
  }

  private static Group read(JsonObject json) {
    String failure = json.getString("f", null);
    Common common =
        new Common(
            EventKind.valueOf(json.getString("k")),
            TaskState.valueOf(json.getString("s")),
            json.getInt("a"),
            json.getString("o"),
            json.getString("t"),
            json.getString("c", null),
            json.getString("m"),
            json.getString("b"),
            failure == null ? null : FailureClass.valueOf(failure));
    List<Integer> items =
        json.containsKey("n")
            ? json.getJsonArray("n").getValuesAs(JsonNumber::intValue)
            : List.of();
    return new Group(common, tasks(json.getString("i")), List.copyOf(items));
  }

  private static List<UUID> tasks(String ids) {
    byte[] bytes = Base64.getUrlDecoder().decode(ids);
    List<UUID> tasks = new ArrayList<>(bytes.length / ID_BYTES);
    ByteBuffer one = ByteBuffer.allocate(ID_BYTES + ZERO_BYTES);
    for (int at = 0; at < bytes.length; at += ID_BYTES) {
      one.put(0, bytes, at, ID_BYTES);
      tasks.add(new UUID(one.getLong(0), one.getLong(Long.BYTES)));
    }
    return tasks;
  }

  private record Growing(Common common, List<UUID> tasks, List<Integer> items) {}
}
