package colmenar.rest;

import colmenar.problem.ConflictException;
import colmenar.problem.DrainingException;
import colmenar.problem.ForbiddenException;
import colmenar.problem.IllegalMoveException;
import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import colmenar.problem.MalformedException;
import colmenar.problem.NotFoundException;
import colmenar.problem.RefusedException;
import colmenar.problem.TooLargeException;
import colmenar.problem.TooManyListenersException;
import colmenar.problem.TooManyTasksException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An error on the wire (RFC 9457).
 *
 * @param type a stable name, {@code urn:colmenar:problem:NAME}
 * @param errors what is wrong with which field; only for invalid requests
 * @param incident names the place in the server's log; only for errors of the server
 */
@Schema(description = "An error (RFC 9457)")
public record Problem(
    String type,
    String title,
    int status,
    @Nullable String detail,
    @Nullable List<FieldProblem> errors,
    @Nullable String incident) {

  static final String MEDIA_TYPE = "application/problem+json";

  private static final String TYPE = "urn:colmenar:problem:";

  /** What is wrong with one field, named in dotted form; empty for the whole. */
  public record FieldProblem(String field, String message) {
    static FieldProblem of(FieldError error) {
      return new FieldProblem(error.field(), error.message());
    }
  }

  static Problem of(RefusedException refused) {
    Kind kind = Kind.of(refused);
    List<FieldProblem> errors =
        refused instanceof InvalidException invalid
            ? invalid.errors().stream().map(FieldProblem::of).toList()
            : null;
    return new Problem(
        TYPE + kind.word(), kind.title, kind.status, refused.getMessage(), errors, null);
  }

  /** An error found by the container before any of our code ran. */
  static Problem of(int status, @Nullable String detail) {
    Status known = Status.fromStatusCode(status);
    String title = known == null ? "Error" : known.getReasonPhrase();
    String word = title.toLowerCase(Locale.ROOT).replace(' ', '-');
    return new Problem(TYPE + word, title, status, detail, null, null);
  }

  /** An error of the server, of which only the log says more. */
  static Problem internal(String incident) {
    int status = Status.INTERNAL_SERVER_ERROR.getStatusCode();
    return new Problem(TYPE + "internal", "Internal error", status, null, null, incident);
  }

  /** The whole answer, with when to try again. */
  static Response answer(RefusedException refused) {
    Response answer = of(refused).response();
    return refused
        .retryAfter()
        .map(
            delay ->
                Response.fromResponse(answer)
                    .header(HttpHeaders.RETRY_AFTER, delay.toSeconds())
                    .build())
        .orElse(answer);
  }

  Response response() {
    return Response.status(status).type(MEDIA_TYPE).entity(this).build();
  }

  /** The reasons of {@link RefusedException} on the wire. */
  private enum Kind {
    NOT_FOUND(NotFoundException.class, "Not found", 404),
    MALFORMED(MalformedException.class, "Malformed request", 400),
    INVALID(InvalidException.class, "Invalid request", 422),
    TOO_LARGE(TooLargeException.class, "Too large", 413),
    ILLEGAL_MOVE(IllegalMoveException.class, "Illegal move", 409),
    CONFLICT(ConflictException.class, "Conflict", 409),
    FORBIDDEN(ForbiddenException.class, "Forbidden", 403),
    DRAINING(DrainingException.class, "Draining", 503),
    TOO_MANY_LISTENERS(TooManyListenersException.class, "Too many listeners", 503),
    TOO_MANY_TASKS(TooManyTasksException.class, "Too many tasks", 429);

    private final Class<? extends RefusedException> type;
    private final String title;
    private final int status;

    Kind(Class<? extends RefusedException> type, String title, int status) {
      this.type = type;
      this.title = title;
      this.status = status;
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Kind of(RefusedException refused) {
      return Arrays.stream(values())
          .filter(kind -> kind.type == refused.getClass())
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no problem for " + refused.getClass()));
    }
  }
}
