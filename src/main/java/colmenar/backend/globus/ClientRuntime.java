package colmenar.backend.globus;

import colmenar.json.JsonText;
import jakarta.json.JsonObject;

/**
 * What the service is told of its client. It starts another process for each different one, and
 * templates of endpoints read it: so it is that of no machine, and always the same.
 */
final class ClientRuntime {

  /** Whose wire text is spoken here. */
  private static final String SDK = "4.15.0";

  private static final String GLOBUS_SDK = "4.9.0";
  private static final String PYTHON = "3.11.7";

  /** Of a function. */
  static final JsonObject META =
      JsonText.JSON
          .createObjectBuilder()
          .add("python_version", PYTHON)
          .add("sdk_version", SDK)
          .add("serde_identifier", "st")
          .build();

  /** Of a submit, {@code user_runtime}. */
  static final JsonObject OF_USER =
      JsonText.JSON
          .createObjectBuilder()
          .add("globus_compute_sdk_version", SDK)
          .add("globus_sdk_version", GLOBUS_SDK)
          .add("python_version", PYTHON)
          .add("python", python())
          .add("platform", platform())
          .build();

  private ClientRuntime() {}

  private static JsonObject python() {
    return JsonText.parse(
            """
            {"version": "3.11.7", "version_description": "3.11.7", "version_tuple": [3, 11, 7],
             "version_info": [3, 11, 7, "final", 0], "implementation": "CPython", "compiler": ""}
            """)
        .asJsonObject();
  }

  private static JsonObject platform() {
    return JsonText.parse(
            """
            {"architecture": ["64bit", "ELF"], "machine": "x86_64", "node": "colmenar",
             "platform": "Linux", "processor": "", "release": ""}
            """)
        .asJsonObject();
  }
}
