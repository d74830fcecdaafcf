package colmenar.backend;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a method executes, in one of three kinds. Only administrators can define it. */
public sealed interface Code {

  /** The word for this kind in JSON, in the database and in a backend's profile. */
  String kind();

  /** A CDI bean of the server that implements {@code colmenar.bean.JavaMethod}, by its name. */
  record Java(String bean) implements Code {
    @Override
    public String kind() {
      return "java";
    }
  }

  /**
   * A Python function.
   *
   * @param source text of a module that defines the function; null when it is imported
   * @param function name in the source, or {@code module:function} when there is no source
   */
  record Python(@Nullable String source, String function) implements Code {
    @Override
    public String kind() {
      return "python";
    }
  }

  /**
   * An executable, started without a shell. Every text is a template in which {@code {name}} stands
   * for an argument or a resource, and <code>{{</code> for a brace.
   *
   * @param argv program and arguments
   * @param launch words put before {@code argv}, such as <code>mpirun -np {total_ranks}</code>
   * @param stdin text for its standard input
   * @param files input files to write, by path relative to the run directory
   * @param environment variables to set
   * @param result where the value comes from
   * @param successCodes exit codes that mean success
   * @param preprocess Python function {@code (run_dir, args, kwargs) -> (arguments, stdin)}
   * @param postprocess Python function {@code (run_dir) -> value}, instead of {@code result}
   */
  record Command(
      List<String> argv,
      List<String> launch,
      @Nullable String stdin,
      Map<String, String> files,
      Map<String, String> environment,
      CommandResult result,
      List<Integer> successCodes,
      @Nullable Python preprocess,
      @Nullable Python postprocess,
      List<String> parameters)
      implements Code {

    public Command {
      argv = List.copyOf(argv);
      launch = List.copyOf(launch);
      files = Map.copyOf(files);
      environment = Map.copyOf(environment);
      successCodes = List.copyOf(successCodes);
      parameters = List.copyOf(parameters);
    }

    /** The same, with other words before {@code argv}. */
    public Command launchedBy(List<String> words) {
      return new Command(
          argv,
          words,
          stdin,
          files,
          environment,
          result,
          successCodes,
          preprocess,
          postprocess,
          parameters);
    }

    @Override
    public String kind() {
      return "command";
    }
  }

  /**
   * Where the value of a command comes from.
   *
   * @param path file relative to the run directory; null for standard output
   * @param json whether it is parsed as JSON; otherwise the value is its text
   */
  record CommandResult(@Nullable String path, boolean json) {}
}
