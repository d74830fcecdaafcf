package colmenar.rest;

import colmenar.problem.ForbiddenException;
import colmenar.security.Role;
import colmenar.task.Task;
import jakarta.ws.rs.core.SecurityContext;

/** Who makes a request. */
final class Caller {

  private Caller() {}

  static String name(SecurityContext security) {
    return security.getUserPrincipal().getName();
  }

  static boolean owns(SecurityContext security, Task task) {
    return task.owner().equals(name(security));
  }

  /** Changing a task is for its owner and for administrators. */
  static void mayChange(SecurityContext security, Task task) {
    if (!owns(security, task) && !security.isUserInRole(Role.MAY_ADMINISTER)) {
      throw new ForbiddenException("task %s belongs to %s".formatted(task.id(), task.owner()));
    }
  }

  /** So is taking results; a viewer takes none, not even of tasks that he submitted before. */
  static void mayTakeResults(SecurityContext security, Task task) {
    mayChange(security, task);
    if (!security.isUserInRole(Role.MAY_SUBMIT)) {
      throw new ForbiddenException("a viewer acknowledges nothing");
    }
  }
}
