package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TaskStateTest {

  /** Written out once more, so that nobody changes a move by accident. */
  private static final Set<String> MOVES =
      """
      PENDING    --> SUBMITTING
      PENDING    --> RUNNING
      PENDING    --> FAILED
      PENDING    --> CANCELED
      SUBMITTING --> PENDING
      SUBMITTING --> QUEUED
      SUBMITTING --> RUNNING
      SUBMITTING --> CANCELING
      SUBMITTING --> SUCCEEDED
      SUBMITTING --> FAILED
      QUEUED     --> PENDING
      QUEUED     --> RUNNING
      QUEUED     --> CANCELING
      QUEUED     --> SUCCEEDED
      QUEUED     --> FAILED
      QUEUED     --> CANCELED
      RUNNING    --> PENDING
      RUNNING    --> CANCELING
      RUNNING    --> SUCCEEDED
      RUNNING    --> FAILED
      RUNNING    --> CANCELED
      CANCELING  --> SUCCEEDED
      CANCELING  --> FAILED
      CANCELING  --> CANCELED
      """
          .lines()
          .map(line -> line.replaceAll(" +", " "))
          .collect(Collectors.toUnmodifiableSet());

  private static final Path ARCHITECTURE = Path.of("src/site/markdown/architecture.md");
  private static final Pattern DIAGRAM =
      Pattern.compile("```mermaid\\s+stateDiagram-v2(.*?)```", Pattern.DOTALL);
  private static final Pattern ARROW =
      Pattern.compile("^\\s*(\\[\\*]|[A-Z]+)\\s*-->\\s*(\\[\\*]|[A-Z]+)", Pattern.MULTILINE);

  @ParameterizedTest(name = "{0} --> {1}")
  @MethodSource("everyPair")
  void a_move_is_allowed_exactly_when_the_table_says_so(TaskState from, TaskState to) {
    assertThat(from.mayMoveTo(to)).isEqualTo(MOVES.contains(from + " --> " + to));
  }

  static Stream<Arguments> everyPair() {
    return Arrays.stream(TaskState.values())
        .flatMap(from -> Arrays.stream(TaskState.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @EnumSource
  void three_states_are_terminal(TaskState state) {
    Set<TaskState> terminal = EnumSet.of(TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELED);

    assertThat(state.terminal()).isEqualTo(terminal.contains(state));
  }

  @ParameterizedTest
  @EnumSource
  void a_task_that_neither_waits_nor_is_over_is_in_the_hands_of_a_backend(TaskState state) {
    Set<TaskState> active =
        EnumSet.of(TaskState.SUBMITTING, TaskState.QUEUED, TaskState.RUNNING, TaskState.CANCELING);

    assertThat(state.active()).isEqualTo(active.contains(state));
  }

  @Test
  void the_diagram_in_the_documentation_shows_the_same_moves() throws IOException {
    Set<String> drawn = new TreeSet<>();
    Set<String> starts = new TreeSet<>();
    Set<String> ends = new TreeSet<>();

    Matcher arrows = ARROW.matcher(diagram());
    while (arrows.find()) {
      String from = arrows.group(1);
      String to = arrows.group(2);
      if (from.equals("[*]")) {
        starts.add(to);
      } else if (to.equals("[*]")) {
        ends.add(from);
      } else {
        drawn.add(from + " --> " + to);
      }
    }

    assertThat(drawn).containsExactlyInAnyOrderElementsOf(MOVES);
    assertThat(starts).isSubsetOf("PENDING");
    assertThat(ends).isSubsetOf("SUCCEEDED", "FAILED", "CANCELED");
  }

  private static String diagram() throws IOException {
    Matcher found = DIAGRAM.matcher(Files.readString(ARCHITECTURE));
    assertThat(found.find()).as("a state diagram in %s", ARCHITECTURE).isTrue();
    return found.group(1);
  }
}
