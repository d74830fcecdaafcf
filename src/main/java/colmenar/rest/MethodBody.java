package colmenar.rest;

import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A method's definition for the API description; {@code colmenar.method} reads it. */
@Schema(name = "MethodDefinition")
public record MethodBody(
    @Schema(
            required = true,
            enumeration = {"java", "python", "command"})
        String kind,
    @Nullable String description,
    @Schema(description = "Where it may run, the first by default; [\"local\"] unless given")
        @Nullable List<String> backends,
    @Schema(description = "Names of the positional arguments, in order")
        @Nullable List<String> parameters,
    @Schema(description = "A JSON Schema for the object of named arguments")
        @Nullable Map<String, Object> inputSchema,
    SubmissionBody.@Nullable ResourcesBody resources,
    @Schema(description = "Default of tasks", defaultValue = "0") @Nullable Integer maxRetries,
    @Schema(description = "Default of tasks") @Nullable Integer maxAttempts,
    @Schema(description = "Default of tasks, for one attempt") @Nullable Double timeLimitSeconds,
    SubmissionBody.@Nullable RetryBody retry,
    @Schema(description = "Options of tasks, by backend") @Nullable Map<String, Object> options,
    @Schema(description = "java: name of the CDI bean") @Nullable String bean,
    @Schema(description = "python: text of a module; without it the function is imported")
        @Nullable String source,
    @Schema(description = "python: a name in the source, or module:function")
        @Nullable String function,
    @Schema(description = "command: program and arguments, templates with {name}; no shell")
        @Nullable List<String> argv,
    @Schema(description = "command: put before argv, such as mpirun -np {total_ranks}")
        @Nullable String launch,
    @Schema(description = "command: template of its standard input") @Nullable String stdin,
    @Schema(description = "command: templates of input files, by relative path")
        @Nullable Map<String, String> files,
    @Schema(description = "command: templates of environment variables")
        @Nullable Map<String, String> environment,
    @Schema(description = "command: where the value comes from; text of stdout unless given")
        @Nullable ResultBody result,
    @Schema(description = "command: exit codes that mean success; [0] unless given")
        @Nullable List<Integer> successCodes,
    @Schema(description = "command: function(run_dir, args, kwargs) -> (arguments, stdin)")
        @Nullable PythonBody preprocess,
    @Schema(description = "command: function(run_dir) -> value, instead of result")
        @Nullable PythonBody postprocess) {

  /** Where the value of a command comes from. */
  @Schema(name = "CommandResult")
  public record ResultBody(
      @Schema(enumeration = {"stdout", "file"}) @Nullable String from,
      @Schema(description = "With file: relative to the run directory") @Nullable String path,
      @Schema(enumeration = {"text", "json"}) @Nullable String as) {}

  /** A Python function. */
  @Schema(name = "PythonFunction")
  public record PythonBody(@Nullable String source, @Schema(required = true) String function) {}
}
