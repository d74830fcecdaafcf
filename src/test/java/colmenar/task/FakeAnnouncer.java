package colmenar.task;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Keeps what was announced since it was last forgotten. */
class FakeAnnouncer extends Announcer {

  final Set<String> ready = new HashSet<>();
  final Set<UUID> finished = new HashSet<>();
  final Set<UUID> canceling = new HashSet<>();

  FakeAnnouncer() {
    super(null);
  }

  @Override
  void ready(Set<String> backends) {
    ready.addAll(backends);
  }

  @Override
  void finished(Set<UUID> tasks) {
    finished.addAll(tasks);
  }

  @Override
  void canceling(Set<UUID> attempts) {
    canceling.addAll(attempts);
  }

  void forget() {
    ready.clear();
    finished.clear();
    canceling.clear();
  }
}
