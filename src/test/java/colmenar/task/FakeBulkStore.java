package colmenar.task;

import java.util.Collection;
import java.util.List;

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
  void insertAttempts(Collection<Attempt> attempts) {
    attempts.forEach(attempt -> store.attempts.put(attempt.id(), attempt));
  }

  @Override
  void insertResults(Collection<Result> results) {
    results.forEach(store::add);
  }
}
