package colmenar.method;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The method table in memory. */
class FakeMethodStore extends MethodStore {

  private final Map<String, List<Method>> methods = new TreeMap<>();

  /** How often a version was looked up. */
  int reads;

  @Override
  Optional<Method> version(String name, int version) {
    reads++;
    return versions(name).stream().filter(m -> m.version() == version).findFirst();
  }

  @Override
  Optional<Method> latest(String name) {
    return versions(name).stream().findFirst();
  }

  @Override
  List<Method> versions(String name) {
    return methods.getOrDefault(name, List.of()).stream()
        .sorted(Comparator.comparingInt(Method::version).reversed())
        .toList();
  }

  @Override
  List<Method> latest() {
    return methods.keySet().stream().map(this::latest).flatMap(Optional::stream).toList();
  }

  @Override
  void add(Method method) {
    methods.computeIfAbsent(method.name(), name -> new ArrayList<>()).add(method);
  }

  @Override
  void flush() {}

  int size() {
    return methods.values().stream().mapToInt(Collection::size).sum();
  }
}
