package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.task.TaskInput;
import jakarta.json.JsonValue;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The arguments of a task. */
@Schema(name = "Inputs")
public record InputsView(
    @Schema(implementation = Object.class) JsonValue args,
    @Schema(implementation = Object.class) JsonValue kwargs) {

  static InputsView of(TaskInput input) {
    return new InputsView(JsonText.stored(input.args()), JsonText.stored(input.kwargs()));
  }
}
