package colmenar.rest;

import colmenar.cluster.Node;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One life of a server.
 *
 * @param self whether it is the one that answers
 * @param backends that it serves
 * @param beatAt when it last said that it lives, by its own clock
 * @param diedAt when it left or was declared dead; left out while it lives
 */
@Schema(name = "Node")
public record NodeView(
    String id,
    String name,
    String version,
    boolean self,
    List<String> backends,
    Instant startedAt,
    Instant beatAt,
    @Nullable Instant diedAt) {

  static NodeView of(Node node, boolean self) {
    return new NodeView(
        node.id().toString(),
        node.name(),
        node.version(),
        self,
        node.backends(),
        node.startedAt(),
        node.beatAt(),
        node.diedAt().orElse(null));
  }
}
