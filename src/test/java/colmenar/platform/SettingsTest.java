package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "colmenar.db.password",
        "COLMENAR_DB_PASSWORD",
        "colmenar.x.Secret-file",
        "colmenar.token",
        "colmenar.hpc.site.keyFile",
        "colmenar.key.passphrase",
        "colmenar.aws.Credentials"
      })
  void what_is_secret_by_its_name_is_hidden(String name) {
    assertThat(Setting.of(name, "hunter2", "env")).isEqualTo(new Setting(name, null, "env", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amqps://ann:hunter2@broker",
        "http://ann@host/",
        "a https://u:p/w@host b",
        "jdbc:postgresql://db/colmenar?user=ann&password=hunter2",
        "jdbc:h2:file:x;PASSWORD=hunter2",
        "jdbc:postgresql://db/c?sslpassword=x",
        "https://host/?api_key=hunter2",
        "access-token: hunter2",
        "Bearer hunter2",
        "-----BEGIN PRIVATE KEY-----"
      })
  void what_is_secret_by_its_form_is_hidden(String value) {
    assertThat(Setting.of("colmenar.x", value, null))
        .isEqualTo(new Setting("colmenar.x", null, null, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "8",
        "jdbc:postgresql://db.example.org/colmenar",
        "PATH,HOME,LANG",
        "ann@login.example.org",
        "http://127.0.0.1:9480/colmenar"
      })
  void anything_else_is_shown(String value) {
    assertThat(Setting.of("colmenar.x", value, "env"))
        .isEqualTo(new Setting("colmenar.x", value, "env", false));
  }

  @Test
  void nothing_else_of_the_environment_is_told_and_nothing_twice() {
    Config config =
        new MapConfig(
            Map.of(
                "PATH", "/bin",
                "colmenarx", "1",
                "HOME_COLMENAR_X", "1",
                "COLMENAR_HTTP_PORT", "1",
                "colmenar.http.port", "2",
                "COLMENAR_DB_PASSWORD", "hunter2"));

    assertThat(new Settings(config).list())
        .containsExactly(
            new Setting("COLMENAR_DB_PASSWORD", null, "map", true),
            new Setting("colmenar.http.port", "2", "map", false));
  }

  /** A configuration of one source. */
  private record MapConfig(Map<String, String> values) implements Config {

    @Override
    public <T> T getValue(String name, Class<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ConfigValue getConfigValue(String name) {
      return new ConfigValue() {
        @Override
        public String getName() {
          return name;
        }

        @Override
        public String getValue() {
          return values.get(name);
        }

        @Override
        public String getRawValue() {
          return values.get(name);
        }

        @Override
        public String getSourceName() {
          return "map";
        }

        @Override
        public int getSourceOrdinal() {
          return 0;
        }
      };
    }

    @Override
    public <T> Optional<T> getOptionalValue(String name, Class<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<String> getPropertyNames() {
      return values.keySet();
    }

    @Override
    public Iterable<ConfigSource> getConfigSources() {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> Optional<Converter<T>> getConverter(Class<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
      throw new UnsupportedOperationException();
    }
  }
}
