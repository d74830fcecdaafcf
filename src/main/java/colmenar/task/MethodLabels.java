package colmenar.task;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The methods that have series of their own in statistics: the first so many that were called since
 * the start. All others share the label {@value #OTHER}, because whoever stores the series pays for
 * each. Thread-safe.
 */
public final class MethodLabels {

  public static final String OTHER = "other";

  private final int most;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  public MethodLabels(int most) {
    this.most = most;
  }

  public String of(String method) {
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
