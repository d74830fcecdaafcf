package colmenar.backend.hpc;

import colmenar.remote.Answer;
import colmenar.remote.Dialogue;
import colmenar.remote.Host;
import colmenar.remote.RemoteFiles;
import colmenar.remote.UnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A host that loses its connection when a test says so. */
final class FlakyHost implements Host {

  private final Host host;
  private final List<String> inputs = new ArrayList<>();
  private boolean down;
  private String losesAnswerTo = "";
  private int calls;

  FlakyHost(Host host) {
    this.host = host;
  }

  void down(boolean now) {
    down = now;
  }

  /**
   * The next request of a kind is done, and its answer lost.
   *
   * @param verb of {@code site.py}
   */
  void losesAnswerTo(String verb) {
    losesAnswerTo = "\"verb\":\"" + verb + "\"";
  }

  int calls() {
    return calls;
  }

  /** The last request of a kind. */
  String lastInput(String verb) {
    return inputs.stream()
        .filter(input -> input.contains("\"verb\":\"" + verb + "\""))
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  @Override
  public String name() {
    return "ada@cluster";
  }

  @Override
  public Answer run(String command, String input, Duration limit) {
    calls++;
    if (down) {
      throw new UnreachableException("ada@cluster: Connection refused");
    }
    Answer answer = host.run(command, input, limit);
    inputs.add(input);
    if (!losesAnswerTo.isEmpty() && input.contains(losesAnswerTo)) {
      losesAnswerTo = "";
      throw new UnreachableException("ada@cluster: the connection was lost before the answer");
    }
    return answer;
  }

  @Override
  public RemoteFiles files() {
    if (down) {
      throw new UnreachableException("ada@cluster: Connection refused");
    }
    return host.files();
  }

  @Override
  public Dialogue dialogue(String command) {
    return host.dialogue(command);
  }

  @Override
  public Optional<String> trouble() {
    return Optional.empty();
  }

  @Override
  public void close() {
    host.close();
  }
}
