package colmenar.rest;

import colmenar.platform.Database;
import colmenar.platform.Settings;
import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How the server that is asked is set up. */
@Path("/configuration")
@Tag(name = "server")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_ADMINISTER)
@SingleInstance
public class ConfigurationResource {

  @Inject private Settings settings;
  @Inject private Database database;

  @Inject
  @ConfigProperty(name = "colmenar.version")
  private String version;

  @GET
  @Operation(
      summary = "How the server that is asked is set up",
      description =
          "Its versions and machine, and the settings that have been set; what is secret by its name"
              + " or its form is left out.")
  public ConfigurationView get(@Context HttpServletRequest request) {
    Runtime machine = Runtime.getRuntime();
    return new ConfigurationView(
        version,
        Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        request.getServletContext().getServerInfo(),
        database.product() + " " + database.version(),
        "%s %s (%s)"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        machine.availableProcessors(),
        machine.maxMemory(),
        settings.list().stream().map(ConfigurationView.SettingView::of).toList());
  }
}
