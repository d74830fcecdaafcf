package colmenar.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happened in each bin of a window, of one group. */
public final class Series {

  private final Map<Grouping, String> group;
  private final List<@Nullable Bin> bins;

  Series(Map<Grouping, String> group, int bins) {
    this.group = Map.copyOf(group);
    this.bins = new ArrayList<>(Collections.nCopies(bins, null));
  }

  void add(int bin, Bin.Sums sums) {
    Bin added = bins.get(bin);
    if (added == null) {
      added = new Bin();
      bins.set(bin, added);
    }
    added.add(sums);
  }

  public Map<Grouping, String> group() {
    return group;
  }

  /** Null where nothing was written down. */
  public List<@Nullable Bin> bins() {
    return Collections.unmodifiableList(bins);
  }

  public Bin total() {
    Bin total = new Bin();
    for (Bin bin : bins) {
      if (bin != null) {
        total.add(bin);
      }
    }
    return total;
  }
}
