package colmenar.platform;

import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;

/** The settings that are in effect; what has its default is not among them. */
@SingleInstance
public class Settings {

  private final Config config;

  @Inject
  public Settings(Config config) {
    this.config = config;
  }

  /** By name. A variable stands for its property unless the server lists that too. */
  public List<Setting> list() {
    Map<String, String> names = new TreeMap<>();
    for (String name : config.getPropertyNames()) {
      if (Setting.isOurs(name)) {
        names.merge(Setting.variable(name), name, Settings::property);
      }
    }
    return names.values().stream()
        .map(this::setting)
        .sorted(Comparator.comparing(Setting::name))
        .toList();
  }

  private static String property(String one, String other) {
    return one.startsWith("colmenar.") ? one : other;
  }

  private Setting setting(String name) {
    ConfigValue found = config.getConfigValue(name);
    return Setting.of(name, found.getValue(), found.getSourceName());
  }
}
