package colmenar.worker;

import colmenar.backend.Code;
import colmenar.backend.Resources;
import colmenar.backend.Work;
import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a worker is told; its other half is {@code colmenar_worker/request.py}. */
public final class WorkerRequest {

  private static final JsonProvider JSON = JsonText.JSON;

  private WorkerRequest() {}

  /** To run an attempt in a directory. */
  public static JsonObject run(Work work, Path directory, WorkerLimits limits) {
    return attempt(work, limits).add("op", "run").add("directory", directory.toString()).build();
  }

  /** To end the attempt that runs. */
  public static JsonObject cancel(Work work) {
    return JSON.createObjectBuilder()
        .add("op", "cancel")
        .add("attempt", work.attempt().toString())
        .build();
  }

  /** All of an attempt but where it runs. */
  public static JsonObjectBuilder attempt(Work work, WorkerLimits limits) {
    return inputs(work, limits).add("code", code(work.code()));
  }

  /** All of an attempt but its code and where it runs. */
  public static JsonObjectBuilder inputs(Work work, WorkerLimits limits) {
    return JSON.createObjectBuilder()
        .add("attempt", work.attempt().toString())
        .add("name", work.method())
        .add("args", JsonText.stored(work.args()))
        .add("kwargs", JsonText.stored(work.kwargs()))
        .add("resources", resources(work.resources()))
        .add("outputCapBytes", limits.outputCapBytes())
        .add("valueCapBytes", limits.valueCapBytes())
        .add("graceSeconds", limits.graceSeconds());
  }

  public static JsonObjectBuilder code(Code code) {
    if (code instanceof Code.Python python) {
      return python(python).add("kind", code.kind());
    }
    if (code instanceof Code.Command command) {
      return command(command).add("kind", code.kind());
    }
    throw new IllegalArgumentException("a worker process runs no " + code.kind());
  }

  private static JsonObjectBuilder python(Code.Python python) {
    JsonObjectBuilder json = JSON.createObjectBuilder().add("function", python.function());
    return add(json, "source", python.source());
  }

  private static JsonObjectBuilder command(Code.Command command) {
    JsonObjectBuilder files = JSON.createObjectBuilder();
    command.files().forEach(files::add);
    JsonObjectBuilder environment = JSON.createObjectBuilder();
    command.environment().forEach(environment::add);
    JsonObjectBuilder result =
        JSON.createObjectBuilder()
            .add("from", command.result().path() == null ? "stdout" : "file")
            .add("as", command.result().json() ? "json" : "text");
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("argv", JSON.createArrayBuilder(command.argv()))
            .add("launch", JSON.createArrayBuilder(command.launch()))
            .add("files", files)
            .add("environment", environment)
            .add("result", add(result, "path", command.result().path()))
            .add("successCodes", JSON.createArrayBuilder(command.successCodes()))
            .add("parameters", JSON.createArrayBuilder(command.parameters()));
    add(json, "stdin", command.stdin());
    add(json, "preprocess", command.preprocess());
    return add(json, "postprocess", command.postprocess());
  }

  private static JsonObjectBuilder add(
      JsonObjectBuilder json, String name, Code.@Nullable Python python) {
    return python == null ? json : json.add(name, python(python));
  }

  private static JsonObjectBuilder add(JsonObjectBuilder json, String name, @Nullable String text) {
    return text == null ? json : json.add(name, text);
  }

  private static JsonValue resources(Resources resources) {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("nodes", resources.nodes())
            .add("processesPerNode", resources.processesPerNode())
            .add("threadsPerProcess", resources.threadsPerProcess());
    add(json, "memoryMb", resources.memoryMb());
    add(json, "gpus", resources.gpus());
    add(json, "walltimeSeconds", resources.walltimeSeconds());
    add(json, "queue", resources.queue());
    return add(json, "account", resources.account()).build();
  }

  private static void add(JsonObjectBuilder json, String name, @Nullable Integer number) {
    if (number != null) {
      json.add(name, number);
    }
  }
}
