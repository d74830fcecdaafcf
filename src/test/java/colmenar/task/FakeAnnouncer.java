package colmenar.task;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Keeps what was announced since it was last forgotten. */
class FakeAnnouncer extends Announcer {

  final Set<String> ready = new HashSet<>();
  final Set<String> freed = new HashSet<>();
  final Set<UUID> finished = new HashSet<>();
  final Set<Inbox> inboxes = new HashSet<>();
  final Set<UUID> canceling = new HashSet<>();

  final List<Deed> deeds = new ArrayList<>();

  FakeAnnouncer() {
    super(null, null);
  }

  @Override
  void announce(TaskChanges changes) {
    ready.addAll(changes.ready());
    freed.addAll(changes.freed());
    finished.addAll(changes.finished());
    inboxes.addAll(changes.inboxes());
    canceling.addAll(changes.canceling());
  }

  @Override
  void tell(Deed deed) {
    deeds.add(deed);
  }

  void forget() {
    deeds.clear();
    ready.clear();
    freed.clear();
    finished.clear();
    inboxes.clear();
    canceling.clear();
  }
}
