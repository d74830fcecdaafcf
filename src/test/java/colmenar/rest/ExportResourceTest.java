package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.task.SampleTasks;
import colmenar.task.Task;
import colmenar.task.TaskPage;
import colmenar.task.TaskRequests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExportResourceTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");

  private final List<@Nullable UUID> asked = new ArrayList<>();

  private static Task task(UUID id) {
    return new Task(id, "ada", TaskRequests.any(), SampleTasks.AGEING, NOW);
  }

  /** A task on each page, and after the last there are always more. */
  private TaskPage endless(@Nullable UUID cursor) {
    asked.add(cursor);
    UUID id = new UUID(7, asked.size());
    return new TaskPage(List.of(task(id)), id, 1);
  }

  /** A client that goes when it has so many bytes. */
  private static OutputStream goesAfter(int bytes) {
    return new OutputStream() {
      private int had;

      @Override
      public void write(int one) throws IOException {
        if (had++ >= bytes) {
          throw new IOException("the client has gone");
        }
      }
    };
  }

  @Test
  void nothing_more_is_read_for_a_client_that_has_gone() {
    assertThatThrownBy(() -> ExportResource.write(this::endless, true, goesAfter(2000)))
        .isInstanceOf(IOException.class);

    assertThat(asked).hasSizeBetween(2, 20);
    assertThat(asked.get(1)).isEqualTo(new UUID(7, 1));
  }

  @Test
  void a_page_without_tasks_is_not_the_end() throws IOException {
    UUID cursor = new UUID(7, 1);
    ByteArrayOutputStream file = new ByteArrayOutputStream();

    ExportResource.write(
        from ->
            from == null
                ? new TaskPage(List.of(), cursor, 1000)
                : new TaskPage(List.of(task(new UUID(7, 2))), null, 1),
        true,
        file);

    assertThat(file.toString(StandardCharsets.UTF_8)).contains(new UUID(7, 2).toString());
  }
}
