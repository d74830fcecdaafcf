package colmenar.rest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A change of many tasks, for the API description. */
@Schema(name = "NewOperation")
public record OperationBody(
    @Schema(
            required = true,
            enumeration = {"CANCEL", "RERUN", "REPRIORITIZE", "MOVE", "DELETE"})
        String action,
    @Schema(required = true) FilterBody filter,
    @Schema(description = "Of REPRIORITIZE, -1000 to 1000") @Nullable Integer priority,
    @Schema(description = "Of MOVE: where the tasks are to wait") @Nullable String backend,
    @Schema(description = "Only counts the tasks") @Nullable Boolean dryRun) {

  /** Which tasks are meant: those that fit every member. */
  @Schema(name = "TaskFilter")
  public record FilterBody(
      @Schema(description = "Any of them; one alone may be a text") @Nullable List<String> state,
      @Nullable String method,
      @Nullable String backend,
      @Nullable String topic,
      @Nullable String owner,
      @Nullable String campaign,
      @Schema(description = "All of them") @Nullable Map<String, String> labels,
      @Nullable String failureClass,
      @Schema(description = "The server had the task then or later") @Nullable Instant since,
      @Schema(description = "The server had the task before") @Nullable Instant until,
      @Schema(
              description = "Stands somewhere in the task, in any case",
              minLength = 1,
              maxLength = 200)
          @Nullable String text,
      @Schema(description = "1 to 1000 ids of tasks: one of them") @Nullable List<String> ids,
      @Schema(description = "Instead of anything else: every task") @Nullable Boolean all) {}
}
