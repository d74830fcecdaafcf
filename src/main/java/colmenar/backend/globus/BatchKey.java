package colmenar.backend.globus;

import colmenar.backend.Code;
import colmenar.backend.Resources;
import colmenar.backend.Work;
import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What attempts have to have in common to be handed over together.
 *
 * @param userConfig {@code user_endpoint_config}
 * @param specification {@code resource_specification}; null for none
 */
record BatchKey(Code code, JsonObject userConfig, @Nullable JsonObject specification) {

  /**
   * @throws IllegalArgumentException naming what is wrong in its options
   */
  static BatchKey of(Work work, EndpointSettings settings) {
    EndpointOptions options = EndpointOptions.parse(work.options());
    JsonObjectBuilder userConfig = JsonText.JSON.createObjectBuilder(settings.userConfig());
    options.userConfig().forEach(userConfig::add);
    return new BatchKey(
        work.code(),
        userConfig.build(),
        specification(work.resources(), options.launcherOptions(), settings.mpi()));
  }

  /** Of an MPI program; only engines that start such programs take one. */
  private static @Nullable JsonObject specification(
      Resources resources, String launcherOptions, boolean mpi) {
    if (!mpi && resources.totalRanks() == 1 && launcherOptions.isEmpty()) {
      return null;
    }
    JsonObjectBuilder specification =
        JsonText.JSON
            .createObjectBuilder()
            .add("num_nodes", resources.nodes())
            .add("ranks_per_node", resources.processesPerNode())
            .add("num_ranks", resources.totalRanks());
    if (!launcherOptions.isEmpty()) {
      specification.add("launcher_options", launcherOptions);
    }
    return specification.build();
  }
}
