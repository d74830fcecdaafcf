package colmenar.task;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** The part of a request that only its method and its owner understand, as JSON texts. */
@Entity
@Table(name = Task.REQUEST)
public class TaskInput {

  @Id
  @Column(name = "task_id")
  private UUID taskId;

  private String args;
  private String kwargs;
  private String resources;
  private String options;

  @Column(name = "task_info")
  private String taskInfo;

  @Column(name = "time_spans")
  private String timeSpans;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected TaskInput() {}

  public TaskInput(UUID taskId, TaskRequest request) {
    this.taskId = taskId;
    this.args = request.args().toString();
    this.kwargs = request.kwargs().toString();
    this.resources = request.resources().toString();
    this.options = request.options().toString();
    this.taskInfo = request.taskInfo().toString();
    this.timeSpans = request.timeSpans().toString();
  }

  public UUID taskId() {
    return taskId;
  }

  public String args() {
    return args;
  }

  public String kwargs() {
    return kwargs;
  }

  public String resources() {
    return resources;
  }

  public String options() {
    return options;
  }

  public String taskInfo() {
    return taskInfo;
  }

  public String timeSpans() {
    return timeSpans;
  }
}
