package colmenar.backend.hpc;

import java.util.List;
import java.util.stream.Collectors;

/** All dialects there are. Another one is a class, its template, and a line here. */
final class Dialects {

  static final List<Dialect> ALL =
      List.of(
          new Slurm(),
          new GridEngine(),
          new Pbs(),
          new Torque(),
          new Lsf(),
          new HtCondor(),
          new Flux(),
          new NoScheduler());

  private Dialects() {}

  /**
   * @throws IllegalArgumentException when there is none of that name; the message has those there
   *     are
   */
  static Dialect named(String name) {
    return ALL.stream()
        .filter(dialect -> dialect.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no scheduler %s is known; there are %s"
                        .formatted(
                            name,
                            ALL.stream().map(Dialect::name).collect(Collectors.joining(", ")))));
  }
}
