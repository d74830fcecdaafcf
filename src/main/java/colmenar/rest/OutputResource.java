package colmenar.rest;

import colmenar.backend.Backend.OutputStream;
import colmenar.backend.OutputChunk;
import colmenar.dispatch.Backends;
import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import colmenar.task.Attempt;
import colmenar.task.Tasks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What attempts write: live while they run, its end afterwards. */
@Path("/tasks/{id}/attempts/{number}")
@Tag(name = "tasks")
@Produces(MediaType.TEXT_PLAIN + ";charset=UTF-8")
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class OutputResource {

  private static final String NEXT_OFFSET = "Colmenar-Next-Offset";
  private static final int MOST_BYTES = 1 << 20;

  @Inject private Tasks tasks;
  @Inject private Backends backends;

  @GET
  @Path("/stdout")
  @Operation(
      summary = "Standard output of an attempt",
      description =
          "While it runs, up to 1 MiB from `offset` on; the header Colmenar-Next-Offset says where"
              + " to go on. When it is over, the last 64 KiB.")
  public Response stdout(
      @PathParam("id") String id,
      @PathParam("number") String number,
      @QueryParam("offset") @DefaultValue("0") String offset) {
    Attempt attempt = attempt(id, number);
    return answer(attempt, OutputStream.STDOUT, offset, attempt.stdout());
  }

  @GET
  @Path("/stderr")
  @Operation(summary = "Standard error of an attempt", description = "See stdout.")
  public Response stderr(
      @PathParam("id") String id,
      @PathParam("number") String number,
      @QueryParam("offset") @DefaultValue("0") String offset) {
    Attempt attempt = attempt(id, number);
    return answer(attempt, OutputStream.STDERR, offset, attempt.stderr());
  }

  private Attempt attempt(String id, String number) {
    return tasks.attempt(
        Parameters.task(id), Parameters.integer("number", number, 1, Integer.MAX_VALUE));
  }

  private Response answer(
      Attempt attempt, OutputStream stream, String offset, Optional<String> kept) {
    int from = Parameters.integer("offset", offset, 0, Integer.MAX_VALUE);
    Optional<OutputChunk> live =
        backends
            .named(attempt.backend())
            .flatMap(backend -> backend.output(attempt.id(), stream, from, MOST_BYTES));
    return live.map(
            chunk -> Response.ok(chunk.text()).header(NEXT_OFFSET, chunk.nextOffset()).build())
        .orElseGet(() -> Response.ok(kept.orElse("")).build());
  }
}
