package colmenar.backend.parsl;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the bridge says of an executor.
 *
 * @param kind name of Parsl's class
 * @param slots workers when all blocks are there
 * @param trouble why it takes nothing; null when it does
 * @param workers that are connected
 * @param waiting tasks
 */
record ExecutorStatus(
    String label,
    String kind,
    int slots,
    @Nullable String trouble,
    int workers,
    int busy,
    int idle,
    int waiting,
    List<Block> blocks) {

  ExecutorStatus {
    blocks = List.copyOf(blocks);
  }

  /**
   * A pilot job.
   *
   * @param job as the scheduler calls it; null when it could not be submitted
   * @param reason why it waits or has failed; empty when nothing is known
   * @param over whether it has ended
   */
  record Block(
      String number, @Nullable String job, String state, int workers, String reason, boolean over) {

    private static Block of(JsonObject json) {
      return new Block(
          json.getString("block"),
          text(json, "job"),
          json.getString("state"),
          json.getInt("workers"),
          json.getString("reason"),
          json.getBoolean("over"));
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(state);
      if (job != null) {
        text.append(", job ").append(job);
      }
      if (!over) {
        text.append(", ").append(workers).append(" workers");
      }
      if (!reason.isEmpty()) {
        text.append(": ").append(reason);
      }
      return text.toString();
    }
  }

  static ExecutorStatus of(JsonObject json) {
    return new ExecutorStatus(
        json.getString("label"),
        json.getString("class"),
        json.getInt("slots"),
        text(json, "trouble"),
        json.getInt("workers"),
        json.getInt("busy"),
        json.getInt("idle"),
        json.getInt("waiting"),
        json.getJsonArray("blocks").getValuesAs(JsonObject.class).stream().map(Block::of).toList());
  }

  private static @Nullable String text(JsonObject json, String name) {
    return json.get(name) instanceof JsonString text ? text.getString() : null;
  }

  Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("executor", label);
    facts.put("executorClass", kind);
    facts.put("workers", String.valueOf(workers));
    facts.put("workersBusy", String.valueOf(busy));
    facts.put("workersIdle", String.valueOf(idle));
    facts.put("waiting", String.valueOf(waiting));
    blocks.forEach(block -> facts.put("block." + block.number(), block.toString()));
    return facts;
  }
}
