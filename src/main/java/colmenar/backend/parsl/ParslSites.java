package colmenar.backend.parsl;

import colmenar.backend.site.ConfiguredSites;
import colmenar.backend.site.LoginNode;
import colmenar.backend.site.SiteKeys;
import colmenar.json.JsonText;
import colmenar.problem.RefusedException;
import colmenar.worker.WorkerLimits;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of the sites, {@code colmenar.parsl.sites} and what belongs to each. */
final class ParslSites {

  private static final String PREFIX = "colmenar.parsl.";
  private static final int DEFAULT_VALUE_BYTES = 10 << 20;

  private final Config config;
  private final Path home;

  /**
   * @param home of the account that this server runs as
   */
  ParslSites(Config config, Path home) {
    this.config = config;
    this.home = home;
  }

  /**
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  List<ParslSettings> all() {
    return new ConfiguredSites(config, PREFIX, "sites").read(this::site);
  }

  private ParslSettings site(SiteKeys keys) {
    String path = keys.textOrNull("configuration");
    String file = keys.textOrNull("configuration-file");
    if ((path == null) == (file == null)) {
      throw new IllegalArgumentException(
          "%s%s needs either configuration, a JSON file of this server, or configuration-file, a Python file of the site"
              .formatted(PREFIX, keys.site()));
    }
    JsonObject configuration = path == null ? null : read(keys, path);
    List<String> named = keys.list("executors");
    return new ParslSettings(
        keys.site(),
        LoginNode.of(keys, home),
        executors(keys, named, configuration),
        configuration,
        file,
        keys.words("launch"),
        keys.number("window", 2000, 1),
        keys.word("keep-run-directories", ParslSettings.Keep.FAILED),
        keys.number("keep-days", 7, 1),
        Duration.ofSeconds(keys.number("status-seconds", 10, 1)),
        Duration.ofSeconds(keys.number("patience-seconds", 60, 1)),
        Duration.ofHours(keys.number("orphan-hours", 12, 1)),
        new WorkerLimits(
            keys.number("output-cap-bytes", 10 << 20, 1),
            config
                .getOptionalValue("colmenar.value.max-bytes", Integer.class)
                .orElse(DEFAULT_VALUE_BYTES),
            keys.number("grace-seconds", 10, 0)));
  }

  private JsonObject read(SiteKeys keys, String path) {
    try {
      Path file = path.startsWith("~/") ? home.resolve(path.substring(2)) : Path.of(path);
      if (JsonText.parse(Files.readString(file)) instanceof JsonObject object) {
        return object;
      }
      throw keys.wrong("configuration", path, "a file with a JSON object");
    } catch (IOException e) {
      throw keys.wrong("configuration", path, "a file that can be read: " + e);
    } catch (RefusedException e) {
      throw keys.wrong("configuration", path, "a file with a JSON object: " + e.getMessage());
    }
  }

  private static List<String> executors(
      SiteKeys keys, List<String> named, @Nullable JsonObject configuration) {
    List<String> labels =
        configuration == null || !named.isEmpty() ? named : labels(keys, configuration);
    if (labels.isEmpty()) {
      throw new IllegalArgumentException(
          "%s%s.executors is not set; it has the labels of executors in configuration-file"
              .formatted(PREFIX, keys.site()));
    }
    Map<String, String> byName = new HashMap<>();
    for (String label : labels) {
      String other = byName.put(ParslBackend.name(keys.site(), label), label);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s%s: executors %s and %s would both be backend %s"
                .formatted(
                    PREFIX, keys.site(), other, label, ParslBackend.name(keys.site(), label)));
      }
    }
    return labels;
  }

  private static List<String> labels(SiteKeys keys, JsonObject configuration) {
    List<String> labels = new ArrayList<>();
    if (configuration.get("executors") instanceof JsonArray executors) {
      for (JsonValue executor : executors) {
        if (!(executor instanceof JsonObject object
            && object.get("label") instanceof JsonString label)) {
          throw keys.wrong(
              "configuration",
              String.valueOf(executor),
              "executors[%d] with a label".formatted(labels.size()));
        }
        labels.add(label.getString());
      }
    }
    return labels;
  }
}
