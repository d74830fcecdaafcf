package colmenar.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import colmenar.backend.Code;
import colmenar.backend.Code.CommandResult;
import colmenar.backend.Resources;
import colmenar.json.Json;
import colmenar.json.JsonText;
import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodDefinitionTest {

  private static MethodDefinition define(String json) {
    return MethodDefinition.of("m", Json.object(json));
  }

  /** A Java method with more members. */
  private static MethodDefinition java(String members) {
    return define("{'kind': 'java', 'bean': 'b', " + members + "}");
  }

  /** A command with more members. */
  private static MethodDefinition command(String members) {
    return define("{'kind': 'command', 'argv': ['a'], " + members + "}");
  }

  private static Code.Command commandCode(String members) {
    return (Code.Command) command(members).code();
  }

  /** A command whose files are named by this path; the path is not read as JSON. */
  private static MethodDefinition withFile(String path) {
    JsonObject files = JsonText.JSON.createObjectBuilder().add(path, "text").build();
    return MethodDefinition.of(
        "m",
        JsonText.JSON
            .createObjectBuilder(Json.object("{'kind': 'command', 'argv': ['a']}"))
            .add("files", files)
            .build());
  }

  @Test
  void a_java_method_is_the_name_of_a_bean() {
    assertThat(define("{'kind': 'java', 'bean': 'b'}").code()).isEqualTo(new Code.Java("b"));
  }

  @Test
  void a_python_method_is_a_function_of_its_source() {
    assertThat(define("{'kind': 'python', 'source': 'def f(): pass', 'function': 'f'}").code())
        .isEqualTo(new Code.Python("def f(): pass", "f"));
  }

  @Test
  void a_python_method_may_be_a_function_of_a_module() {
    assertThat(define("{'kind': 'python', 'function': 'numpy.linalg:norm'}").code())
        .isEqualTo(new Code.Python(null, "numpy.linalg:norm"));
  }

  @Test
  void a_command_has_every_part_that_was_given() {
    MethodDefinition method =
        define(
            """
            {
              'kind': 'command',
              'parameters': ['x', 'y'],
              'argv': ['solve', '{x}'],
              'launch': ['mpirun', '-np', '{total_ranks}'],
              'stdin': '{y}',
              'files': {'in/input.txt': 'x = {x}'},
              'environment': {'LEVEL': '{y}'},
              'result': {'from': 'file', 'path': 'out.json', 'as': 'json'},
              'successCodes': [0, 3],
              'preprocess': {'source': 'def p(): pass', 'function': 'p'},
              'postprocess': {'function': 'lib:q'}
            }""");

    assertThat(method.code())
        .isEqualTo(
            new Code.Command(
                List.of("solve", "{x}"),
                List.of("mpirun", "-np", "{total_ranks}"),
                "{y}",
                Map.of("in/input.txt", "x = {x}"),
                Map.of("LEVEL", "{y}"),
                new CommandResult("out.json", true),
                List.of(0, 3),
                new Code.Python("def p(): pass", "p"),
                new Code.Python(null, "lib:q"),
                List.of("x", "y")));
  }

  @Test
  void what_a_command_leaves_out_has_defaults() {
    assertThat(define("{'kind': 'command', 'argv': ['a']}").code())
        .isEqualTo(
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
                List.of()));
  }

  @Test
  void what_a_method_leaves_out_has_defaults() {
    MethodDefinition method = define("{'kind': 'java', 'bean': 'b'}");

    assertThat(method.name()).isEqualTo("m");
    assertThat(method.description()).isEmpty();
    assertThat(method.backends()).containsExactly("local");
    assertThat(method.parameters()).isEmpty();
    assertThat(method.inputSchema()).isNull();
    assertThat(method.maxRetries()).isZero();
    assertThat(method.maxAttempts()).isNull();
    assertThat(method.timeLimit()).isNull();
    assertThat(method.resources(JsonValue.EMPTY_JSON_OBJECT)).isEqualTo(Resources.MINIMAL);
    assertThat(method.options("local", JsonValue.EMPTY_JSON_OBJECT)).isEmpty();
  }

  @Test
  void what_a_method_gives_is_read() {
    MethodDefinition method =
        java(
            """
            'description': 'adds', 'backends': ['cluster', 'local'], 'parameters': ['x'],
            'inputSchema': {'required': ['x']}, 'maxRetries': 2, 'maxAttempts': 7,
            'timeLimitSeconds': 1.5""");

    assertThat(method.description()).isEqualTo("adds");
    assertThat(method.backends()).containsExactly("cluster", "local");
    assertThat(method.parameters()).containsExactly("x");
    assertThat(method.inputSchema().errors(Json.object("{}"))).hasSize(1);
    assertThat(method.inputSchema().errors(Json.object("{'x': 1}"))).isEmpty();
    assertThat(method.maxRetries()).isEqualTo(2);
    assertThat(method.maxAttempts()).isEqualTo(7);
    assertThat(method.timeLimit()).isEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void a_launch_line_is_words_between_blanks() {
    assertThat(commandCode("'launch': '  mpirun   -np {total_ranks} '").launch())
        .containsExactly("mpirun", "-np", "{total_ranks}");
  }

  @Test
  void a_launch_list_keeps_its_blanks() {
    assertThat(commandCode("'launch': ['a b', '']").launch()).containsExactly("a b", "");
  }

  @Test
  void a_launch_line_of_blanks_only_has_no_words() {
    assertThat(commandCode("'launch': '  '").launch()).isEmpty();
  }

  @ParameterizedTest(name = "{0} is refused because of {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                                        | kind",
        "{'kind': 5, 'bean': 'b'}                                  | kind",
        "{'kind': 'fortran', 'bean': 'b'}                          | kind",
        "{'kind': 'java', 'bean': ''}                              | bean",
        "{'kind': 'java', 'bean': 5}                               | bean",
        "{'kind': 'java', 'bean': 'b', 'name': 'other'}            | name",
        "{'kind': 'java', 'bean': 'b', 'function': 'f'}            | function",
        "{'kind': 'java', 'bean': 'b', 'surprise': 1}              | surprise",
        "{'kind': 'java', 'bean': 'b', 'backends': []}             | backends",
        "{'kind': 'java', 'bean': 'b', 'backends': ['a', 'a']}     | backends",
        "{'kind': 'java', 'bean': 'b', 'parameters': ['x', 'a b']} | parameters.1",
        "{'kind': 'java', 'bean': 'b', 'parameters': ['x', 'x']}   | parameters",
        "{'kind': 'java', 'bean': 'b', 'maxRetries': -1}           | maxRetries",
        "{'kind': 'java', 'bean': 'b', 'maxRetries': 1.5}          | maxRetries",
        "{'kind': 'java', 'bean': 'b', 'maxAttempts': 0}           | maxAttempts",
        "{'kind': 'java', 'bean': 'b', 'timeLimitSeconds': 0}      | timeLimitSeconds",
        "{'kind': 'java', 'bean': 'b', 'resources': {'nodes': 0}}  | resources.nodes",
        "{'kind': 'java', 'bean': 'b', 'resources': {'queue': 'a;b'}} | resources.queue",
        "{'kind': 'java', 'bean': 'b', 'resources': {'cpus': 1}}   | resources.cpus",
        "{'kind': 'java', 'bean': 'b', 'inputSchema': true}        | inputSchema",
        "{'kind': 'java', 'bean': 'b', 'inputSchema': {'type': 'strng'}} | inputSchema",
        "{'kind': 'java', 'bean': 'b', 'inputSchema': {'pattern': '['}} | inputSchema",
        "{'kind': 'java', 'bean': 'b', 'inputSchema': {'$ref': 'http://192.0.2.1/s'}} | inputSchema",
        "{'kind': 'python', 'function': 'f'}                       | function",
        "{'kind': 'python', 'function': 'a b:c'}                   | function",
        "{'kind': 'python', 'function': 'a:b:c'}                   | function",
        "{'kind': 'python', 'function': ':f'}                      | function",
        "{'kind': 'python', 'function': ''}                        | function",
        "{'kind': 'python', 'source': 'x', 'function': 'a:b'}      | function",
        "{'kind': 'python', 'source': 'x', 'function': 'a.b'}      | function",
        "{'kind': 'python', 'source': 'x', 'function': '1f'}       | function",
        "{'kind': 'python', 'source': '', 'function': 'f'}         | source",
        "{'kind': 'command', 'argv': []}                           | argv",
        "{'kind': 'command', 'argv': [1]}                          | argv.0",
        "{'kind': 'command', 'argv': 'a b'}                        | argv",
        "{'kind': 'command', 'argv': ['{'], 'stdin': '}'}          | argv",
        "{'kind': 'command', 'argv': ['a'], 'launch': '{'}         | launch",
        "{'kind': 'command', 'argv': ['a'], 'stdin': '{'}          | stdin",
        "{'kind': 'command', 'argv': ['a'], 'files': {'f': '{'}}   | files.f",
        "{'kind': 'command', 'argv': ['a'], 'files': {'f': 1}}     | files.f",
        "{'kind': 'command', 'argv': ['a'], 'environment': {'A': '{'}} | environment.A",
        "{'kind': 'command', 'argv': ['a'], 'environment': {'A B': ''}} | environment",
        "{'kind': 'command', 'argv': ['a'], 'successCodes': []}    | successCodes",
        "{'kind': 'command', 'argv': ['a'], 'successCodes': [256]} | successCodes.0",
        "{'kind': 'command', 'argv': ['a'], 'preprocess': {'function': 'f'}}  | preprocess.function",
        "{'kind': 'command', 'argv': ['a'], 'postprocess': {'function': 'f'}} | postprocess.function",
        "{'kind': 'command', 'argv': ['a'], 'result': {'path': 'out'}}                   | result.path",
        "{'kind': 'command', 'argv': ['a'], 'result': {'from': 'stdout', 'path': 'out'}} | result.path",
        "{'kind': 'command', 'argv': ['a'], 'result': {'from': 'file'}}                  | result.path",
        "{'kind': 'command', 'argv': ['a'], 'result': {'from': 'file', 'path': '../x'}}  | result.path",
        "{'kind': 'command', 'argv': ['a'], 'result': {'from': 'file', 'path': '/x'}}    | result.path",
        "{'kind': 'command', 'argv': ['a'], 'result': {'from': 'pipe'}}                  | result.from",
        "{'kind': 'command', 'argv': ['a'], 'result': {'as': 'xml'}}                     | result.as"
      })
  void a_refusal_names_the_field(String json, String field) {
    assertThatThrownBy(() -> define(json))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(e -> assertThat(e.errors()).extracting(FieldError::field).containsOnly(field));
  }

  @ParameterizedTest
  @CsvSource({"java, bean", "python, function", "command, argv"})
  void the_part_that_says_what_to_run_is_required(String kind, String missing) {
    assertThatThrownBy(() -> define("{'kind': '" + kind + "'}"))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e ->
                assertThat(e.errors())
                    .singleElement()
                    .satisfies(error -> assertThat(error.message()).contains(missing)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1m", "a b", "a/b", "..", "ä", "a\nb"})
  void a_name_that_does_not_fit_in_a_url_or_file_name_is_refused(String name) {
    assertThatThrownBy(() -> MethodDefinition.of(name, Json.object("{'kind':'java','bean':'b'}")))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly("name"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{x.__class__}",
        "{x[0]}",
        "{x!r}",
        "{x:>10}",
        "{0}",
        "{}",
        "{ x }",
        "{",
        "}",
        "{x",
        "x}",
        "{{}",
        "{}}",
        "}}{",
        "{{{x}}",
        "{x-y}",
        "a { b"
      })
  void a_brace_that_is_neither_a_name_nor_doubled_is_refused(String template) {
    assertThatThrownBy(() -> command("'stdin': '" + template + "'"))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly("stdin"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "plain", "{x}", "{_x1}", "{{", "}}", "{{x}}", "{{{x}}}", "a{x}b{y}c", "$x %d"})
  void names_in_braces_and_doubled_braces_are_templates(String template) {
    assertThat(commandCode("'stdin': '" + template + "'").stdin()).isEqualTo(template);
  }

  @Test
  void a_template_may_have_many_lines() {
    assertThat(commandCode("'stdin': 'a\\n{x}\\nb\\n'").stdin()).isEqualTo("a\n{x}\nb\n");
  }

  @Test
  void a_template_may_be_as_long_as_an_input_file() {
    String line = "x = {x} {{literal}} " + "1 2 3 4 5 ".repeat(20);
    String file = line.repeat(5_000);

    assertThat(commandCode("'stdin': '" + file + "'").stdin()).hasSize(file.length());
    assertThatThrownBy(() -> command("'stdin': '" + file + "{'"))
        .isInstanceOf(InvalidException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/abs",
        "../x",
        "a/../b",
        "..",
        "a/..",
        "..\\x",
        "a\\..\\x",
        "\\x",
        "C:\\x",
        "c:x",
        "C:/x",
        "\\\\server\\x"
      })
  void a_path_out_of_the_run_directory_is_refused_also_in_the_words_of_windows(String path) {
    assertThatThrownBy(() -> withFile(path))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly("files"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a/b.txt", "a..b", ".hidden", "a b", "run:1.txt", "..."})
  void a_path_inside_the_run_directory_is_fine(String path) {
    assertThat(((Code.Command) withFile(path).code()).files()).containsOnlyKeys(path);
  }

  @Test
  void what_a_task_asks_for_overrides_the_methods_resources() {
    MethodDefinition method =
        java("'resources': {'nodes': 2, 'memoryMb': 100, 'queue': 'debug', 'gpus': 1}");

    Resources resources = method.resources(Json.object("{'nodes': 4, 'gpus': null}"));

    assertThat(resources).isEqualTo(new Resources(4, 1, 1, 100, null, null, "debug", null));
  }

  @Test
  void options_are_those_of_the_backend_overridden_by_the_tasks() {
    MethodDefinition method = java("'options': {'cluster': {'a': 1, 'b': 1}, 'other': {'c': 1}}");

    assertThat(method.options("cluster", Json.object("{'b': 2, 'd': 2}")))
        .isEqualTo(Json.object("{'a': 1, 'b': 2, 'd': 2}"));
    assertThat(method.options("local", Json.object("{'b': 2}"))).isEqualTo(Json.object("{'b': 2}"));
  }

  @Test
  void the_name_becomes_part_of_the_definition() {
    assertThat(define("{'kind': 'java', 'bean': 'b'}").json())
        .isEqualTo(Json.object("{'kind': 'java', 'bean': 'b', 'name': 'm'}"));
  }
}
