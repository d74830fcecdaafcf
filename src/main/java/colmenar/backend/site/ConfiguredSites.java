package colmenar.backend.site;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/** The sites of one adapter as they are configured; one setting names them. */
public final class ConfiguredSites {

  /** Names of backends are part of paths and of names of settings. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,49}");

  private final Config config;
  private final String prefix;
  private final String names;

  /**
   * @param prefix of the names of all their settings, such as {@code colmenar.hpc.}
   * @param names the rest of the name of the setting that names them, such as {@code sites}
   */
  public ConfiguredSites(Config config, String prefix, String names) {
    this.config = config;
    this.prefix = prefix;
    this.names = prefix + names;
  }

  /**
   * What is made of the settings of each.
   *
   * @param reader asks for every setting that there is, set or not
   * @throws IllegalArgumentException naming the setting that is wrong, or that no site has
   */
  public <S> List<S> read(Function<SiteKeys, S> reader) {
    List<SiteKeys> keys =
        Arrays.stream(config.getOptionalValue(names, String.class).orElse("").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .distinct()
            .map(name -> new SiteKeys(config, prefix, checked(name)))
            .toList();
    List<S> sites = keys.stream().map(reader).toList();
    checkThatAllAreKnown(keys);
    return sites;
  }

  private String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s: \"%s\" is no such name: lower-case letters, digits and -".formatted(names, name));
    }
    return name;
  }

  /** A misspelt key would be a setting that is not there. */
  private void checkThatAllAreKnown(List<SiteKeys> sites) {
    Set<String> known =
        sites.stream()
            .flatMap(SiteKeys::known)
            .map(SiteKeys::canonical)
            .collect(Collectors.toSet());
    for (String name : config.getPropertyNames()) {
      // The name of one site may begin with that of another one.
      Optional<SiteKeys> site = sites.stream().filter(keys -> keys.isOfSite(name)).findFirst();
      if (site.isPresent() && !known.contains(SiteKeys.canonical(name))) {
        throw new IllegalArgumentException(
            "%s is no setting; there are %s".formatted(name, site.get()));
      }
    }
  }
}
