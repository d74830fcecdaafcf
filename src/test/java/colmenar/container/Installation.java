package colmenar.container;

import colmenar.fault.driver.FaultyDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Driver;
import java.util.Map;
import java.util.UUID;
import org.jboss.shrinkwrap.api.Filters;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;

/** The server that the build has unpacked and configured, from which the tests make instances. */
final class Installation {

  private static final Path WILDFLY_CONFIGURATION =
      Settings.home().resolve("standalone/configuration");

  private Installation() {}

  /** An instance to which Arquillian will deploy the application. */
  static void prepareForArquillian() throws IOException {
    if (Settings.liberty()) {
      Path server = libertyServer("colmenar-test");
      Files.delete(server.resolve("application.xml"));
    } else {
      // The deployment is written into the configuration, so the original must not be used.
      Files.copy(
          WILDFLY_CONFIGURATION.resolve("colmenar.xml"),
          WILDFLY_CONFIGURATION.resolve("colmenar-test.xml"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** An instance of its own with the application in it; the command that runs it in front. */
  static ProcessBuilder prepareProcess(String name, Path directory, int managementPort)
      throws IOException {
    if (Settings.liberty()) {
      String server = "colmenar-" + Settings.database() + "-" + name;
      Path application = libertyServer(server).resolve("apps/colmenar.war");
      Files.createDirectories(application.getParent());
      Files.copy(Settings.war(), application);
      return new ProcessBuilder(script("server"), "run", server);
    }
    Path base = directory.resolve("standalone");
    Trees.copyFiles(WILDFLY_CONFIGURATION, base.resolve("configuration"));
    Path application = base.resolve("deployments/colmenar.war");
    Files.createDirectories(application.getParent());
    Files.copy(Settings.war(), application);
    ProcessBuilder command =
        new ProcessBuilder(
            script("standalone"),
            "--server-config=colmenar.xml",
            "-Djboss.server.base.dir=" + base,
            "-Djboss.management.http.port=" + managementPort);
    command.environment().putAll(Map.of("JBOSS_HOME", Settings.home().toString()));
    return command;
  }

  private static Path libertyServer(String name) throws IOException {
    Path servers = Settings.home().resolve("usr/servers");
    Path server = servers.resolve(name);
    Trees.delete(server);
    Trees.copyFiles(servers.resolve("colmenar"), server);
    // Instead of what `server create` puts into server.env, which Arquillian does not read.
    Path overrides = Files.createDirectories(server.resolve("configDropins/overrides"));
    Files.writeString(
        overrides.resolve("secrets.xml"),
        """
        <server>
          <ltpa keysPassword="%1$s"/>
          <keyStore id="defaultKeyStore" password="%1$s"/>
        </server>
        """
            .formatted(UUID.randomUUID()));
    Files.deleteIfExists(server.resolve("server.env"));
    return server;
  }

  /** Lets the instance for Arquillian find {@code jdbc:faulty:} beside its drivers. */
  static void addFaultyDriverForArquillian() throws IOException {
    enableFaultyDriver("colmenar-test", WILDFLY_CONFIGURATION.resolve("colmenar-test.xml"));
  }

  /** Lets an instance of its own find {@code jdbc:faulty:} beside its drivers. */
  static void addFaultyDriver(String name, Path directory) throws IOException {
    enableFaultyDriver(
        "colmenar-" + Settings.database() + "-" + name,
        directory.resolve("standalone/configuration/colmenar.xml"));
  }

  private static void enableFaultyDriver(String libertyServer, Path wildflyConfiguration)
      throws IOException {
    if (Settings.liberty()) {
      Path drivers = Files.createDirectories(Settings.directory().resolve("faulty-driver"));
      writeFaultyDriver(drivers);
      Path server = Settings.home().resolve("usr/servers").resolve(libertyServer);
      Path overrides = Files.createDirectories(server.resolve("configDropins/overrides"));
      Files.writeString(
          overrides.resolve("faulty-driver.xml"),
          """
          <server>
            <library id="jdbc">
              <fileset dir="%s" includes="*.jar"/>
            </library>
          </server>
          """
              .formatted(drivers));
      return;
    }
    Path module =
        Files.createDirectories(Settings.home().resolve("modules/colmenar/faulty/jdbc/main"));
    writeFaultyDriver(module);
    Files.writeString(
        module.resolve("module.xml"),
        """
        <module xmlns="urn:jboss:module:1.9" name="colmenar.faulty.jdbc">
          <resources>
            <resource-root path="faulty-driver.jar"/>
          </resources>
          <dependencies>
            <module name="java.se"/>
            <module name="colmenar.jdbc" services="import"/>
          </dependencies>
        </module>
        """);
    String driver =
        "<driver name=\"colmenar-faulty\" module=\"colmenar.faulty.jdbc\"><driver-class>"
            + FaultyDriver.class.getName()
            + "</driver-class></driver></drivers>";
    String configuration = Files.readString(wildflyConfiguration);
    if (!configuration.contains(driver)) {
      Files.writeString(wildflyConfiguration, configuration.replace("</drivers>", driver));
    }
  }

  private static void writeFaultyDriver(Path directory) {
    ShrinkWrap.create(JavaArchive.class)
        .addPackages(false, Filters.exclude(".*Test.*"), FaultyDriver.class.getPackage().getName())
        .addAsServiceProvider(Driver.class, FaultyDriver.class)
        .as(ZipExporter.class)
        .exportTo(directory.resolve("faulty-driver.jar").toFile(), true);
  }

  private static String script(String name) {
    String suffix = Settings.windows() ? ".bat" : Settings.liberty() ? "" : ".sh";
    return Settings.home().resolve("bin").resolve(name + suffix).toString();
  }
}
