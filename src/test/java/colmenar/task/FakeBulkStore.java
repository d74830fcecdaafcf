package colmenar.task;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes to the tables in memory. */
class FakeBulkStore extends BulkStore {

  private final FakeTaskStore store;

  FakeBulkStore(FakeTaskStore store) {
    super(null);
    this.store = store;
  }

  @Override
  void insertTasks(List<NewTask> made) {
    for (NewTask one : made) {
      store.tasks.put(one.task().id(), one.task());
      store.inputs.put(one.task().id(), one.input());
    }
  }

  @Override
  void update(Collection<Task> tasks) {
    tasks.forEach(task -> store.tasks.put(task.id(), task));
  }

  @Override
  void amend(Collection<Task> tasks) {
    update(tasks);
  }

  @Override
  void changeOptions(Map<UUID, String> options) {
    store.options.putAll(options);
  }

  @Override
  void delete(Collection<UUID> tasks) {
    store.tasks.keySet().removeAll(tasks);
    store.inputs.keySet().removeAll(tasks);
    store.attempts.values().removeIf(attempt -> tasks.contains(attempt.taskId()));
    store.results.removeIf(result -> tasks.contains(result.taskId()));
  }

  @Override
  void insertAttempts(Collection<Attempt> attempts) {
    attempts.forEach(attempt -> store.attempts.put(attempt.id(), attempt));
  }

  @Override
  void insertResults(Collection<Result> results) {
    results.forEach(store::add);
  }
}
