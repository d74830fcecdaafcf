package colmenar.rest;

import colmenar.problem.ConflictException;
import colmenar.problem.RefusedException;
import jakarta.persistence.OptimisticLockException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.UUID;

/** Everything else: what the container refuses, and what is an error of the server. */
@Provider
public class UncaughtMapper implements ExceptionMapper<Throwable> {

  private static final Logger LOG = System.getLogger(UncaughtMapper.class.getName());
  private static final int FIRST_SERVER_ERROR = 500;

  @Override
  public Response toResponse(Throwable thrown) {
    if (thrown.getCause() instanceof RefusedException refused) {
      return Problem.answer(refused);
    }
    if (thrown instanceof OptimisticLockException) {
      return Problem.of(new ConflictException("it was changed at the same moment; try again"))
          .response();
    }
    if (thrown instanceof WebApplicationException web
        && web.getResponse().getStatus() < FIRST_SERVER_ERROR) {
      return ofContainer(web);
    }
    String incident = UUID.randomUUID().toString();
    LOG.log(Level.ERROR, "incident " + incident, thrown);
    return Problem.internal(incident).response();
  }

  private static Response ofContainer(WebApplicationException web) {
    Response response = web.getResponse();
    Problem problem = Problem.of(response.getStatus(), null);
    return Response.fromResponse(response).type(Problem.MEDIA_TYPE).entity(problem).build();
  }
}
