package colmenar.feed;

import java.time.Instant;
import java.util.List;

/**
 * An entry as it is told.
 *
 * @param skip how many of its events were told before
 * @param after where one is when all of it has been told
 */
record Block(long number, int skip, Instant at, List<Group> groups, Position after) {

  int size() {
    return groups.stream().mapToInt(Group::size).sum();
  }

  /** Where one is after so many of its events. */
  Position after(int told, int size) {
    return told >= size ? after : after.within(number, told);
  }
}
