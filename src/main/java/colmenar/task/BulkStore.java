package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.persistence.OptimisticLockException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes many rows of tasks at once, each kind in one statement or batch: what every task costs,
 * kept small. Takes part in the transaction that is under way.
 */
@SingleInstance
class BulkStore {

  private static final String DUPLICATE_KEY = "23505";

  private static final Rows<Task> NEW_TASK =
      new Rows<Task>("task")
          .column("id", ColumnType.UUID, Task::id)
          .column("state", ColumnType.TEXT, task -> task.state().name())
          .column("backend", ColumnType.TEXT, Task::backend)
          .column("strand", ColumnType.TEXT, Task::strandText)
          .column("inbox", ColumnType.TEXT, task -> Inbox.of(task).toString())
          .column("priority", ColumnType.INTEGER, Task::priority)
          .column("ready_at", ColumnType.INSTANT, Task::readyAt)
          .column("turn_at", ColumnType.INSTANT, Task::turnAt)
          .column("attempts", ColumnType.INTEGER, Task::attempts)
          .column("retries", ColumnType.INTEGER, Task::retries)
          .column("items", ColumnType.INTEGER, Task::items)
          .column("start_by", ColumnType.INSTANT, task -> task.startBy().orElse(null))
          .column("finish_by", ColumnType.INSTANT, task -> task.finishBy().orElse(null))
          .column("node_id", ColumnType.UUID, task -> task.nodeId().orElse(null))
          .column("fence", ColumnType.INTEGER, Task::fence)
          .column("claimed_at", ColumnType.INSTANT, task -> task.claimedAt().orElse(null))
          .column("row_version", ColumnType.LONG, task -> 0L);

  private static final Rows<NewTask> NEW_REQUEST =
      new Rows<NewTask>(Task.REQUEST)
          .column("task_id", ColumnType.UUID, made -> made.task().id())
          .column("method_name", ColumnType.TEXT, made -> made.task().methodName())
          .column("method_version", ColumnType.INTEGER, made -> made.task().methodVersion())
          .column("topic", ColumnType.TEXT, made -> made.task().topic())
          .column("owner", ColumnType.TEXT, made -> made.task().owner())
          .column("rerun_of", ColumnType.UUID, made -> made.task().rerunOf().orElse(null))
          .column("max_retries", ColumnType.INTEGER, made -> made.task().maxRetries())
          .column("max_attempts", ColumnType.INTEGER, made -> made.task().maxAttempts())
          .column("time_limit_ms", ColumnType.LONG, made -> made.task().timeLimitMillis())
          .column("keep_inputs", ColumnType.BOOLEAN, made -> made.task().keepInputs())
          .column("input_bytes", ColumnType.LONG, made -> made.task().inputBytes())
          .column("created_at", ColumnType.INSTANT, made -> made.task().createdAt())
          .column("input_received_at", ColumnType.INSTANT, made -> made.task().inputReceivedAt())
          .column("args", ColumnType.TEXT, made -> made.input().args())
          .column("kwargs", ColumnType.TEXT, made -> made.input().kwargs())
          .column("resources", ColumnType.TEXT, made -> made.input().resources())
          .column("options", ColumnType.TEXT, made -> made.input().options())
          .column("task_info", ColumnType.TEXT, made -> made.input().taskInfo())
          .column("time_spans", ColumnType.TEXT, made -> made.input().timeSpans())
          .column("client_id", ColumnType.TEXT, made -> made.task().clientId().orElse(null))
          .column("client_print", ColumnType.TEXT, made -> made.task().clientPrint())
          .column("campaign", ColumnType.TEXT, made -> made.task().campaign().orElse(null))
          .column("labels", ColumnType.TEXT, made -> made.task().labels().orElse(null))
          .column("retry", ColumnType.TEXT, made -> made.task().retry().orElse(null));

  /** Both in one round trip. */
  private static final String NEW_TASKS = NEW_TASK.insertion() + ";\n" + NEW_REQUEST.insertion();

  private static final Rows<NewLabel> NEW_LABEL =
      new Rows<NewLabel>("task_label")
          .column("task_id", ColumnType.UUID, NewLabel::task)
          .column("label", ColumnType.TEXT, NewLabel::name)
          .column("label_value", ColumnType.TEXT, NewLabel::value);

  /** All that changes in the life of a task but its priority. */
  private static final Rows<Task> CHANGED_TASK =
      new Rows<Task>("task")
          .column("id", ColumnType.UUID, Task::id)
          .column("state", ColumnType.TEXT, task -> task.state().name())
          .column("node_id", ColumnType.UUID, task -> task.nodeId().orElse(null))
          .column("fence", ColumnType.INTEGER, Task::fence)
          .column("claimed_at", ColumnType.INSTANT, task -> task.claimedAt().orElse(null))
          .column("ready_at", ColumnType.INSTANT, Task::readyAt)
          .column("turn_at", ColumnType.INSTANT, Task::turnAt)
          .column("attempts", ColumnType.INTEGER, Task::attempts)
          .column("retries", ColumnType.INTEGER, Task::retries)
          .column("items", ColumnType.INTEGER, Task::items)
          .column("overdue", ColumnType.BOOLEAN, Task::overdue)
          .column("value_bytes", ColumnType.LONG, task -> task.valueBytes().orElse(null))
          .column(
              "failure_class",
              ColumnType.TEXT,
              task -> task.failureClass().map(Enum::name).orElse(null))
          .column("failure_group", ColumnType.TEXT, task -> task.failureGroup().orElse(null))
          .column("result_sent_at", ColumnType.INSTANT, task -> task.resultSentAt().orElse(null));

  /** What people change of a task that is not over. */
  private static final Rows<Task> AMENDED_TASK =
      new Rows<Task>("task")
          .column("id", ColumnType.UUID, Task::id)
          .column("priority", ColumnType.INTEGER, Task::priority)
          .column("turn_at", ColumnType.INSTANT, Task::turnAt)
          .column("backend", ColumnType.TEXT, Task::backend);

  /**
   * Every table that has rows of a task; its own comes last. Before that, results that wait for
   * consumers are locked in the order in which these lock them.
   */
  private static final List<String> DELETES =
      List.of(
          "SELECT sequence FROM result WHERE task_id = ANY (?) AND inbox IS NOT NULL"
              + " ORDER BY inbox, sequence FOR UPDATE",
          "DELETE FROM result WHERE task_id = ANY (?)",
          "DELETE FROM attempt WHERE task_id = ANY (?)",
          "DELETE FROM task_label WHERE task_id = ANY (?)",
          "DELETE FROM task_request WHERE task_id = ANY (?)",
          "DELETE FROM task WHERE id = ANY (?)");

  private static final Rows<Attempt> NEW_ATTEMPT =
      new Rows<Attempt>("attempt")
          .column("task_id", ColumnType.UUID, Attempt::taskId)
          .column("number", ColumnType.INTEGER, Attempt::number)
          .column("id", ColumnType.UUID, Attempt::id)
          .column("backend", ColumnType.TEXT, Attempt::backend)
          .column(
              "outcome", ColumnType.TEXT, attempt -> attempt.outcome().map(Enum::name).orElse(null))
          .column("native_id", ColumnType.TEXT, attempt -> attempt.nativeId().orElse(null))
          .column("items", ColumnType.INTEGER, Attempt::items)
          .column("submitted_at", ColumnType.INSTANT, Attempt::submittedAt)
          .column("accepted_at", ColumnType.INSTANT, attempt -> attempt.acceptedAt().orElse(null))
          .column("received_at", ColumnType.INSTANT, attempt -> attempt.receivedAt().orElse(null))
          .column("started_at", ColumnType.INSTANT, attempt -> attempt.startedAt().orElse(null))
          .column("ended_at", ColumnType.INSTANT, attempt -> attempt.endedAt().orElse(null))
          .column("finished_at", ColumnType.INSTANT, attempt -> attempt.finishedAt().orElse(null))
          .column("exit_code", ColumnType.INTEGER, attempt -> attempt.exitCode().orElse(null))
          .column("failure_class", ColumnType.TEXT, Attempt::failureClassName)
          .column("failure_type", ColumnType.TEXT, Attempt::failureType)
          .column("failure_message", ColumnType.TEXT, Attempt::failureMessage)
          .column("failure_traceback", ColumnType.TEXT, Attempt::failureTraceback)
          .column("note", ColumnType.TEXT, attempt -> attempt.note().orElse(null))
          .column("worker", ColumnType.TEXT, attempt -> attempt.worker().orElse(null))
          .column("spans", ColumnType.TEXT, attempt -> attempt.spans().orElse(null))
          .column("stdout", ColumnType.TEXT, attempt -> attempt.stdout().orElse(null))
          .column("stderr", ColumnType.TEXT, attempt -> attempt.stderr().orElse(null))
          .column("progress", ColumnType.DOUBLE, attempt -> attempt.progress().orElse(null))
          .column(
              "progress_message",
              ColumnType.TEXT,
              attempt -> attempt.progressMessage().orElse(null))
          .column("row_version", ColumnType.LONG, attempt -> 0L);

  private static final Rows<Result> NEW_RESULT =
      new Rows<Result>("result")
          .column("task_id", ColumnType.UUID, Result::taskId)
          .column("attempt_number", ColumnType.INTEGER, Result::attemptNumber)
          .column("item_index", ColumnType.INTEGER, Result::itemIndex)
          .column("complete", ColumnType.BOOLEAN, Result::complete)
          .column("success", ColumnType.BOOLEAN, Result::success)
          .column("value_json", ColumnType.TEXT, result -> result.value().orElse(null))
          .column("value_bytes", ColumnType.LONG, Result::valueBytes)
          .column("sent_at", ColumnType.INSTANT, Result::sentAt)
          .column(
              "inbox", ColumnType.TEXT, result -> result.inbox().map(Inbox::toString).orElse(null));

  private final Database database;

  @Inject
  BulkStore(Database database) {
    this.database = database;
  }

  void insertTasks(List<NewTask> made) {
    write(
        connection -> {
          List<Task> tasks = made.stream().map(NewTask::task).toList();
          if (database.isShared()) {
            insertAtOnce(connection, tasks, made);
          } else {
            NEW_TASK.insert(connection, tasks, false);
            NEW_REQUEST.insert(connection, made, false);
          }
          NEW_LABEL.insert(connection, labels(made), database.isShared());
        });
  }

  private static void insertAtOnce(Connection connection, List<Task> tasks, List<NewTask> made)
      throws SQLException {
    if (made.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(NEW_TASKS)) {
      int next = NEW_TASK.set(connection, insert, 1, tasks);
      NEW_REQUEST.set(connection, insert, next, made);
      insert.execute();
    }
  }

  private static List<NewLabel> labels(List<NewTask> made) {
    List<NewLabel> labels = new ArrayList<>();
    for (NewTask one : made) {
      one.labels().forEach((name, value) -> labels.add(new NewLabel(one.task().id(), name, value)));
    }
    return labels;
  }

  /** Of tasks that this transaction has locked. */
  void update(Collection<Task> tasks) {
    write(connection -> CHANGED_TASK.update(connection, tasks, database.isShared()));
  }

  /** Their priority, turn and backend; of tasks that this transaction has locked. */
  void amend(Collection<Task> tasks) {
    write(connection -> AMENDED_TASK.update(connection, tasks, database.isShared()));
  }

  /** The options of tasks, by their ids, for the backend to which they have moved. */
  void changeOptions(Map<UUID, String> options) {
    if (options.isEmpty()) {
      return;
    }
    write(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE task_request SET options = ? WHERE task_id = ?")) {
            for (Map.Entry<UUID, String> each : options.entrySet()) {
              update.setString(1, each.getValue());
              update.setObject(2, each.getKey());
              update.addBatch();
            }
            update.executeBatch();
          }
        });
  }

  /** Everything there is of tasks that this transaction has locked. */
  void delete(Collection<UUID> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    write(
        connection -> {
          for (String statement : DELETES) {
            try (PreparedStatement delete = connection.prepareStatement(statement)) {
              delete.setArray(1, connection.createArrayOf("uuid", tasks.toArray()));
              delete.execute();
            }
          }
        });
  }

  void insertAttempts(Collection<Attempt> attempts) {
    write(connection -> NEW_ATTEMPT.insert(connection, attempts, database.isShared()));
  }

  void insertResults(Collection<Result> results) {
    write(connection -> NEW_RESULT.insert(connection, results, database.isShared()));
  }

  private void write(Writing writing) {
    try (Connection connection = database.connect()) {
      writing.with(connection);
    } catch (SQLException e) {
      throw failure("cannot write tasks", e);
    }
  }

  /** A key that is there already was written by somebody else at the same moment: look again. */
  static RuntimeException failure(String what, SQLException e) {
    return DUPLICATE_KEY.equals(e.getSQLState())
        ? new OptimisticLockException(what, e)
        : new IllegalStateException(what, e);
  }

  private record NewLabel(UUID task, String name, String value) {}

  private interface Writing {
    void with(Connection connection) throws SQLException;
  }
}
