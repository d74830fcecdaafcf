package colmenar.task;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of operations in memory. */
class FakeOperationStore extends OperationStore {

  final Map<UUID, Operation> operations = new TreeMap<>();

  /** Those that another server has at this moment. */
  final Set<UUID> taken = new HashSet<>();

  FakeOperationStore() {
    super(null);
  }

  @Override
  void add(Operation operation) {
    operations.put(operation.id(), operation);
  }

  @Override
  Optional<Operation> operation(UUID id) {
    return Optional.ofNullable(operations.get(id));
  }

  @Override
  Optional<Operation> locked(UUID id) {
    return operation(id);
  }

  @Override
  Optional<Operation> free(UUID id) {
    return operation(id).filter(operation -> !taken.contains(id));
  }

  @Override
  List<UUID> due(Instant now, int most) {
    return operations.values().stream()
        .filter(operation -> operation.isDue(now))
        .map(Operation::id)
        .limit(most)
        .toList();
  }

  @Override
  List<Operation> list(@Nullable UUID before, int most) {
    return operations.values().stream()
        .sorted(Comparator.comparing(Operation::id).reversed())
        .limit(most)
        .toList();
  }

  @Override
  void flush() {}
}
