package colmenar.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table in memory. */
class FakeHistory extends History {

  private final Map<List<Object>, Line> lines = new LinkedHashMap<>();

  /** How many lines came with each write. */
  final List<Integer> writes = new ArrayList<>();

  boolean away;

  FakeHistory() {
    super(null, null, 400);
  }

  @Override
  void write(String node, List<Line> some) {
    if (away) {
      throw new IllegalStateException("the database is away");
    }
    writes.add(some.size());
    some.forEach(line -> lines.put(List.of(line.key(), line.node()), line));
  }

  @Override
  int forget(int most) {
    return 0;
  }

  List<Line> lines() {
    return List.copyOf(lines.values());
  }

  Optional<Line> find(Line.Key key) {
    return lines.values().stream().filter(line -> line.key().equals(key)).findFirst();
  }
}
