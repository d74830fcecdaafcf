package colmenar.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The methods that have time series of their own: the first so many that were called since the
 * start. All others share the label {@value #OTHER}, because whoever stores the series pays for
 * each. Thread-safe.
 */
final class MethodLabels {

  static final String OTHER = "other";

  private final int most;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  MethodLabels(int most) {
    this.most = most;
  }

  String of(String method) {
    return known.contains(method) || admitted(method) ? method : OTHER;
  }

  private boolean admitted(String method) {
    if (known.size() >= most) {
      return false;
    }
    synchronized (this) {
      return known.contains(method) || (known.size() < most && known.add(method));
    }
  }
}
