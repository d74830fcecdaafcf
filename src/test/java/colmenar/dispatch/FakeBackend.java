package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.backend.Handle;
import colmenar.backend.Listener;
import colmenar.backend.OutputChunk;
import colmenar.backend.Profile;
import colmenar.backend.Recovered;
import colmenar.backend.Refusal;
import colmenar.backend.Status;
import colmenar.backend.Status.Condition;
import colmenar.backend.Work;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A backend with endless room that takes everything; a test overrides what it needs. */
public class FakeBackend implements Backend {

  private final String name;
  private final Set<String> kinds;

  public FakeBackend(String name, String... kinds) {
    this.name = name;
    this.kinds = Set.of(kinds);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Profile profile() {
    return new Profile("local", kinds, true, true, true);
  }

  @Override
  public void start(Listener listener) {}

  @Override
  public List<Recovered> recover(List<Handle> attempts) {
    return attempts.stream()
        .map(handle -> new Recovered(handle.attempt(), Recovered.Fate.ATTACHED, ""))
        .toList();
  }

  @Override
  public int capacity() {
    return Integer.MAX_VALUE;
  }

  @Override
  public List<Refusal> submit(List<Work> works) {
    return List.of();
  }

  @Override
  public void cancel(Collection<UUID> attempts) {}

  @Override
  public Optional<OutputChunk> output(
      UUID attempt, OutputStream stream, long offset, int maxBytes) {
    return Optional.empty();
  }

  @Override
  public Status status() {
    return new Status(Condition.UP, "", 1, 0, Map.of());
  }

  @Override
  public void stop() {}
}
