package colmenar.rest;

import colmenar.problem.RefusedException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** A request that a use case refused: the sender's mistake, one line in the log. */
@Provider
public class RefusedMapper implements ExceptionMapper<RefusedException> {

  private static final Logger LOG = System.getLogger(RefusedMapper.class.getName());

  @Override
  public Response toResponse(RefusedException refused) {
    Problem problem = Problem.of(refused);
    LOG.log(Level.INFO, () -> "refused with %d: %s".formatted(problem.status(), problem.type()));
    return Problem.answer(refused);
  }
}
