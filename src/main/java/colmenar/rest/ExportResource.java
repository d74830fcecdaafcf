package colmenar.rest;

import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import colmenar.task.Task;
import colmenar.task.TaskFilter;
import colmenar.task.TaskPage;
import colmenar.task.Tasks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** All tasks of a filter in one answer, of which a page at a time is in memory. */
@Path("/tasks/export")
@Tag(name = "tasks")
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class ExportResource {

  private static final Logger LOG = System.getLogger(ExportResource.class.getName());
  private static final String CSV = "text/csv";
  private static final int PAGE = 1000;

  @Inject private Tasks tasks;

  @GET
  @Produces({CSV, MediaType.APPLICATION_JSON})
  @Operation(
      summary = "All tasks that fit a filter, newest first, as a file",
      description =
          "`format=csv` has a header line; a cell that a spreadsheet would take for a formula begins"
              + " with an apostrophe. `format=json` is an array of tasks as in the list.")
  @APIResponse(
      responseCode = "200",
      description = "As they are while the answer is on its way; with `text`, it may be slow",
      content = {
        @Content(mediaType = CSV, schema = @Schema(type = SchemaType.STRING)),
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = TaskView[].class))
      })
  public Response export(
      @BeanParam FilterQuery query, @QueryParam("format") @DefaultValue("csv") String format) {
    boolean csv = Parameters.word("format", format, List.of("csv", "json")).equals("csv");
    TaskFilter filter = query.filter();
    StreamingOutput file =
        stream -> {
          try {
            write(cursor -> tasks.page(filter, cursor, PAGE), csv, stream);
          } catch (IOException e) {
            LOG.log(Level.DEBUG, "a client has gone", e);
          }
        };
    return Response.ok(file, csv ? CSV + ";charset=UTF-8" : MediaType.APPLICATION_JSON)
        .header(
            HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"tasks.%s\"".formatted(format))
        .build();
  }

  static void write(Pages pages, boolean csv, OutputStream stream) throws IOException {
    Writer out = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
    if (csv) {
      TaskTable table = new TaskTable(out);
      forEach(pages, out, table::add);
    } else {
      out.write('[');
      Separated array = new Separated(out);
      forEach(pages, out, array::add);
      out.write(']');
    }
    out.flush();
  }

  /** A flush after each page, so that a client that has gone is noticed. */
  private static void forEach(Pages pages, Writer out, Line line) throws IOException {
    UUID cursor = null;
    do {
      TaskPage page = pages.from(cursor);
      for (Task task : page.tasks()) {
        line.write(task);
      }
      out.flush();
      cursor = page.next();
    } while (cursor != null);
  }

  /** The first page, or the one at a cursor. */
  interface Pages {
    TaskPage from(@Nullable UUID cursor);
  }

  private interface Line {
    void write(Task task) throws IOException;
  }

  private static final class Separated {
    private static final Jsonb JSON = JsonbBuilder.create();

    private final Writer out;
    private boolean any;

    Separated(Writer out) {
      this.out = out;
    }

    void add(Task task) throws IOException {
      out.write(any ? ",\n" : "");
      out.write(JSON.toJson(TaskView.of(task)));
      any = true;
    }
  }
}
