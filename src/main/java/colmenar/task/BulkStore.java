package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import jakarta.persistence.OptimisticLockException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes many rows of tasks at once, each kind in one statement or batch: what every task costs,
 * kept small. Takes part in the transaction that is under way.
 */
@SingleInstance
class BulkStore {

  private static final String DUPLICATE_KEY = "23505";

  private static final Rows<Task> NEW_TASK =
      new Rows<Task>("task")
          .column("id", "uuid", Task::id)
          .column("state", "varchar", task -> task.state().name())
          .column("backend", "varchar", Task::backend)
          .column("strand", "varchar", Task::strandText)
          .column("priority", "int4", Task::priority)
          .column("ready_at", "timestamptz", task -> at(task.readyAt()))
          .column("turn_at", "timestamptz", task -> at(task.turnAt()))
          .column("attempts", "int4", Task::attempts)
          .column("retries", "int4", Task::retries)
          .column("items", "int4", Task::items)
          .column("start_by", "timestamptz", task -> at(task.startBy().orElse(null)))
          .column("finish_by", "timestamptz", task -> at(task.finishBy().orElse(null)))
          .column("row_version", "int8", task -> 0L);

  private static final Rows<NewTask> NEW_REQUEST =
      new Rows<NewTask>(Task.REQUEST)
          .column("task_id", "uuid", made -> made.task().id())
          .column("method_name", "varchar", made -> made.task().methodName())
          .column("method_version", "int4", made -> made.task().methodVersion())
          .column("topic", "varchar", made -> made.task().topic())
          .column("owner", "varchar", made -> made.task().owner())
          .column("rerun_of", "uuid", made -> made.task().rerunOf().orElse(null))
          .column("max_retries", "int4", made -> made.task().maxRetries())
          .column("max_attempts", "int4", made -> made.task().maxAttempts())
          .column("time_limit_ms", "int8", made -> made.task().timeLimitMillis())
          .column("keep_inputs", "bool", made -> made.task().keepInputs())
          .column("input_bytes", "int8", made -> made.task().inputBytes())
          .column("created_at", "timestamptz", made -> at(made.task().createdAt()))
          .column("input_received_at", "timestamptz", made -> at(made.task().inputReceivedAt()))
          .column("args", "text", made -> made.input().args())
          .column("kwargs", "text", made -> made.input().kwargs())
          .column("resources", "text", made -> made.input().resources())
          .column("options", "text", made -> made.input().options())
          .column("task_info", "text", made -> made.input().taskInfo())
          .column("time_spans", "text", made -> made.input().timeSpans())
          .column("client_id", "varchar", made -> made.task().clientId().orElse(null))
          .column("client_print", "varchar", made -> made.task().clientPrint())
          .column("campaign", "varchar", made -> made.task().campaign().orElse(null))
          .column("labels", "text", made -> made.task().labels().orElse(null))
          .column("retry", "text", made -> made.task().retry().orElse(null));

  private static final Rows<NewLabel> NEW_LABEL =
      new Rows<NewLabel>("task_label")
          .column("task_id", "uuid", NewLabel::task)
          .column("label", "varchar", NewLabel::name)
          .column("label_value", "varchar", NewLabel::value);

  /** All that changes in the life of a task but its priority. */
  private static final Rows<Task> CHANGED_TASK =
      new Rows<Task>("task")
          .column("id", "uuid", Task::id)
          .column("state", "varchar", task -> task.state().name())
          .column("node_id", "uuid", task -> task.nodeId().orElse(null))
          .column("fence", "int4", Task::fence)
          .column("claimed_at", "timestamptz", task -> at(task.claimedAt().orElse(null)))
          .column("ready_at", "timestamptz", task -> at(task.readyAt()))
          .column("turn_at", "timestamptz", task -> at(task.turnAt()))
          .column("attempts", "int4", Task::attempts)
          .column("retries", "int4", Task::retries)
          .column("items", "int4", Task::items)
          .column("overdue", "bool", Task::overdue)
          .column("value_bytes", "int8", task -> task.valueBytes().orElse(null))
          .column(
              "failure_class", "varchar", task -> task.failureClass().map(Enum::name).orElse(null))
          .column("result_sent_at", "timestamptz", task -> at(task.resultSentAt().orElse(null)));

  /** What people change of a task that is not over. */
  private static final Rows<Task> AMENDED_TASK =
      new Rows<Task>("task")
          .column("id", "uuid", Task::id)
          .column("priority", "int4", Task::priority)
          .column("turn_at", "timestamptz", task -> at(task.turnAt()))
          .column("backend", "varchar", Task::backend);

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
          .column("task_id", "uuid", Attempt::taskId)
          .column("number", "int4", Attempt::number)
          .column("id", "uuid", Attempt::id)
          .column("backend", "varchar", Attempt::backend)
          .column("outcome", "varchar", attempt -> attempt.outcome().map(Enum::name).orElse(null))
          .column("native_id", "varchar", attempt -> attempt.nativeId().orElse(null))
          .column("items", "int4", Attempt::items)
          .column("submitted_at", "timestamptz", attempt -> at(attempt.submittedAt()))
          .column("accepted_at", "timestamptz", attempt -> at(attempt.acceptedAt().orElse(null)))
          .column("received_at", "timestamptz", attempt -> at(attempt.receivedAt().orElse(null)))
          .column("started_at", "timestamptz", attempt -> at(attempt.startedAt().orElse(null)))
          .column("ended_at", "timestamptz", attempt -> at(attempt.endedAt().orElse(null)))
          .column("finished_at", "timestamptz", attempt -> at(attempt.finishedAt().orElse(null)))
          .column("exit_code", "int4", attempt -> attempt.exitCode().orElse(null))
          .column("failure_class", "varchar", Attempt::failureClassName)
          .column("failure_type", "varchar", Attempt::failureType)
          .column("failure_message", "text", Attempt::failureMessage)
          .column("failure_traceback", "text", Attempt::failureTraceback)
          .column("note", "text", attempt -> attempt.note().orElse(null))
          .column("worker", "text", attempt -> attempt.worker().orElse(null))
          .column("spans", "text", attempt -> attempt.spans().orElse(null))
          .column("stdout", "text", attempt -> attempt.stdout().orElse(null))
          .column("stderr", "text", attempt -> attempt.stderr().orElse(null))
          .column("progress", "float8", attempt -> attempt.progress().orElse(null))
          .column("progress_message", "varchar", attempt -> attempt.progressMessage().orElse(null))
          .column("row_version", "int8", attempt -> 0L);

  private static final Rows<Result> NEW_RESULT =
      new Rows<Result>("result")
          .column("task_id", "uuid", Result::taskId)
          .column("attempt_number", "int4", Result::attemptNumber)
          .column("item_index", "int4", Result::itemIndex)
          .column("complete", "bool", Result::complete)
          .column("success", "bool", Result::success)
          .column("value_json", "text", result -> result.value().orElse(null))
          .column("value_bytes", "int8", Result::valueBytes)
          .column("sent_at", "timestamptz", result -> at(result.sentAt()))
          .column("inbox", "varchar", result -> result.inbox().map(Inbox::toString).orElse(null));

  private final Database database;

  @Inject
  BulkStore(Database database) {
    this.database = database;
  }

  void insertTasks(List<NewTask> made) {
    write(
        connection -> {
          NEW_TASK.insert(
              connection, made.stream().map(NewTask::task).toList(), database.isShared());
          NEW_REQUEST.insert(connection, made, database.isShared());
          NEW_LABEL.insert(connection, labels(made), database.isShared());
        });
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

  private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private record NewLabel(UUID task, String name, String value) {}

  private interface Writing {
    void with(Connection connection) throws SQLException;
  }
}
