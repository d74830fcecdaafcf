package colmenar.task;

import colmenar.limit.Limit;
import colmenar.limit.LimitScope;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All that limits can tell apart of the tasks of one backend. Those that wait in one strand are
 * held by the same limits, and so only the first of them has to be looked at.
 *
 * <p>Its text, {@code method/resource=units,…/owner}, is what tasks are indexed by, and says all
 * that a claim has to know. The owner comes last because only his name may have any characters.
 *
 * @param licences units of shared resources that each attempt takes
 */
record Strand(String method, SortedMap<String, Integer> licences, String owner) {

  private static final int PARTS = 3;

  static Strand of(TaskRequest request, String owner) {
    return new Strand(request.method(), new TreeMap<>(request.licences()), owner);
  }

  static Strand parse(String text) {
    String[] parts = text.split("/", PARTS);
    SortedMap<String, Integer> licences = new TreeMap<>();
    if (!parts[1].isEmpty()) {
      for (String licence : parts[1].split(",", -1)) {
        int equals = licence.indexOf('=');
        licences.put(licence.substring(0, equals), Integer.valueOf(licence.substring(equals + 1)));
      }
    }
    return new Strand(parts[0], licences, parts[2]);
  }

  /** What an attempt counts for, by the id of the limit that it would count for. */
  Map<String, Integer> shares(String backend) {
    Map<String, Integer> shares = new HashMap<>();
    shares.put(Limit.id(LimitScope.METHOD, method), 1);
    shares.put(Limit.id(LimitScope.BACKEND, backend), 1);
    shares.put(Limit.id(LimitScope.OWNER, owner), 1);
    licences.forEach((name, units) -> shares.put(Limit.id(LimitScope.RESOURCE, name), units));
    return shares;
  }

  @Override
  public String toString() {
    return licences.entrySet().stream()
        .map(licence -> licence.getKey() + "=" + licence.getValue())
        .collect(Collectors.joining(",", method + "/", "/" + owner));
  }
}
