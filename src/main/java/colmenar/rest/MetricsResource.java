package colmenar.rest;

import colmenar.metrics.Exposition;
import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What Prometheus scrapes. */
@Path("/metrics")
@Tag(name = "metrics")
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class MetricsResource {

  @Inject private Exposition exposition;

  @GET
  @Produces(Exposition.MEDIA_TYPE)
  @Operation(
      summary = "Metrics of this server, in the text format of Prometheus",
      description =
          "Counters and histograms are of this server since its start. What is counted in the"
              + " database is the same on every server, and some seconds old.")
  @APIResponse(
      responseCode = "200",
      description = "Text exposition format, version 0.0.4",
      content = @Content(mediaType = "text/plain", schema = @Schema(implementation = String.class)))
  public byte[] metrics() {
    return exposition.text();
  }
}
