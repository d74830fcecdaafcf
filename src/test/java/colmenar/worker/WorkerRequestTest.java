package colmenar.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.backend.Code;
import colmenar.backend.Code.CommandResult;
import colmenar.backend.Resources;
import colmenar.backend.SampleWork;
import colmenar.backend.Work;
import colmenar.json.Json;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerRequestTest {

  private static final Path DIRECTORY = Path.of("/data/runs/1");

  private static JsonObject run(Work work) {
    return WorkerRequest.run(work, DIRECTORY, new WorkerLimits(1000, 2000, 3));
  }

  @Test
  void a_python_function_is_asked_for_with_all_it_needs() {
    assertThat(run(SampleWork.of(new Code.Python("def f(): pass", "f"))))
        .isEqualTo(
            Json.object(
                """
                {
                  'op': 'run',
                  'attempt': '01955193-de00-7001-ad1b-a7cfe11384fc',
                  'name': 'm',
                  'directory': '/data/runs/1',
                  'code': {'kind': 'python', 'function': 'f', 'source': 'def f(): pass'},
                  'args': [1],
                  'kwargs': {'a': 2},
                  'resources': {'nodes': 1, 'processesPerNode': 1, 'threadsPerProcess': 1},
                  'outputCapBytes': 1000,
                  'valueCapBytes': 2000,
                  'graceSeconds': 3
                }"""));
  }

  @Test
  void a_function_that_is_imported_has_no_source() {
    assertThat(run(SampleWork.of(new Code.Python(null, "m:f"))).getJsonObject("code"))
        .isEqualTo(Json.object("{'kind': 'python', 'function': 'm:f'}"));
  }

  @Test
  void a_command_has_all_its_parts() {
    Code.Command command =
        new Code.Command(
            List.of("solve", "{x}"),
            List.of("mpirun"),
            "in",
            Map.of("f.txt", "text"),
            Map.of("A", "b"),
            new CommandResult("out.json", true),
            List.of(0, 3),
            new Code.Python("p", "pre"),
            new Code.Python(null, "m:post"),
            List.of("x"));

    assertThat(run(SampleWork.of(command)).getJsonObject("code"))
        .isEqualTo(
            Json.object(
                """
                {
                  'kind': 'command',
                  'argv': ['solve', '{x}'],
                  'launch': ['mpirun'],
                  'stdin': 'in',
                  'files': {'f.txt': 'text'},
                  'environment': {'A': 'b'},
                  'result': {'from': 'file', 'as': 'json', 'path': 'out.json'},
                  'successCodes': [0, 3],
                  'parameters': ['x'],
                  'preprocess': {'function': 'pre', 'source': 'p'},
                  'postprocess': {'function': 'm:post'}
                }"""));
  }

  @Test
  void what_a_command_does_not_have_is_left_out() {
    Code.Command command =
        new Code.Command(
            List.of("a"),
            List.of(),
            null,
            Map.of(),
            Map.of(),
            new CommandResult(null, false),
            List.of(0),
            null,
            null,
            List.of());

    assertThat(run(SampleWork.of(command)).getJsonObject("code"))
        .isEqualTo(
            Json.object(
                """
                {
                  'kind': 'command', 'argv': ['a'], 'launch': [], 'files': {}, 'environment': {},
                  'result': {'from': 'stdout', 'as': 'text'}, 'successCodes': [0], 'parameters': []
                }"""));
  }

  @Test
  void resources_that_are_asked_for_are_told() {
    Resources all = new Resources(2, 3, 4, 5, 6, 7, "debug", "chemistry");

    assertThat(run(SampleWork.asking(all)).getJsonObject("resources"))
        .isEqualTo(
            Json.object(
                """
                {
                  'nodes': 2, 'processesPerNode': 3, 'threadsPerProcess': 4, 'memoryMb': 5,
                  'gpus': 6, 'walltimeSeconds': 7, 'queue': 'debug', 'account': 'chemistry'
                }"""));
  }

  @Test
  void a_request_is_one_line_whatever_the_source_looks_like() {
    assertThat(run(SampleWork.of(new Code.Python("def f():\n  pass\r\n", "f"))).toString())
        .doesNotContain("\n", "\r");
  }

  @Test
  void a_cancel_names_the_attempt() {
    assertThat(WorkerRequest.cancel(SampleWork.of(new Code.Python(null, "m:f"))))
        .isEqualTo(
            Json.object("{'op': 'cancel', 'attempt': '01955193-de00-7001-ad1b-a7cfe11384fc'}"));
  }

  @Test
  void java_is_not_for_a_worker_process() {
    assertThatThrownBy(() -> run(SampleWork.of(new Code.Java("b"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
