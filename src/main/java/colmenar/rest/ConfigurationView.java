package colmenar.rest;

import colmenar.platform.Setting;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a server is and how it is set up.
 *
 * @param startedAt of its Java machine
 * @param server the application server as it names itself; left out when it does not
 * @param database product and version
 * @param settings those that have been set, by name; of a secret one the value is left out
 */
@Schema(name = "Configuration")
public record ConfigurationView(
    String version,
    Instant startedAt,
    String java,
    @Nullable String server,
    String database,
    String operatingSystem,
    int processors,
    long maxMemoryBytes,
    List<SettingView> settings) {

  /**
   * One setting.
   *
   * @param source where it comes from, as the server names it
   */
  @Schema(name = "Setting")
  public record SettingView(
      String name, @Nullable String value, @Nullable String source, boolean secret) {

    static SettingView of(Setting setting) {
      return new SettingView(setting.name(), setting.value(), setting.source(), setting.secret());
    }
  }
}
