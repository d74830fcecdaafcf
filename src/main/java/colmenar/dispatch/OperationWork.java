package colmenar.dispatch;

import colmenar.platform.SingleInstance;
import colmenar.task.Operation;
import colmenar.task.Operations;
import colmenar.task.TaskRequest;
import colmenar.task.Terms;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Carries operations on, each in its turn by a chunk. */
@SingleInstance
public class OperationWork implements Terms {

  private static final Logger LOG = System.getLogger(OperationWork.class.getName());

  private final Operations operations;
  private final Intake intake;
  private final Places places;

  /** Of the chunk that is under way; there is one at a time. */
  private final List<Admission> admissions = new ArrayList<>();

  @Inject
  public OperationWork(Operations operations, Intake intake, Places places) {
    this.operations = operations;
    this.intake = intake;
    this.places = places;
  }

  /**
   * Carries every operation on that can go on.
   *
   * @return whether any did
   */
  boolean step() {
    boolean moved = false;
    for (UUID id : operations.due()) {
      moved |= carryOn(id);
    }
    return moved;
  }

  /** What goes wrong with one is no reason to let the others wait. */
  private boolean carryOn(UUID id) {
    try {
      return operations.carryOn(id, this);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a chunk of operation " + id + " went wrong", e);
      Operation operation = operations.troubled(id, e.getClass().getSimpleName());
      if (operation.state().over()) {
        LOG.log(Level.WARNING, () -> "operation %s is %s".formatted(id, operation.state()));
      }
      return false;
    } finally {
      admissions.forEach(Admission::over);
      admissions.clear();
    }
  }

  @Override
  public void admit(String owner, TaskRequest request) {
    admissions.add(intake.admit(owner, List.of(request)));
  }

  @Override
  public void admit(String backend) {
    places.checkOpen(backend);
  }

  @Override
  public boolean fits(String method, int version, String backend) {
    return places.fits(method, version, backend);
  }

  @Override
  public String options(String method, int version, String from, String to, String options) {
    return places.options(method, version, from, to, options);
  }
}
