package colmenar.rest;

import colmenar.platform.SingleInstance;
import colmenar.rest.LongPolls.Poll;
import colmenar.security.Role;
import colmenar.task.Campaign;
import colmenar.task.Campaigns;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * How far campaigns are. A name belongs to its owner: the caller, unless another one is named; who
 * may see everything may see those of everybody.
 */
@Path("/campaigns")
@Tag(name = "campaigns")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class CampaignsResource {

  private static final String DONE = "done";
  private static final String FINISHED = "finished";
  private static final int MOST_PER_PAGE = 1000;
  private static final int LONGEST_WAIT_SECONDS = 300;

  @Inject private Campaigns campaigns;
  @Inject private LongPolls longPolls;

  @GET
  @Operation(summary = "The campaigns of an owner, by name")
  @APIResponse(
      responseCode = "200",
      description = "One page; a Link header names the next",
      content = @Content(schema = @Schema(implementation = CampaignPage.class)))
  public Response list(
      @QueryParam("owner") @Nullable String owner,
      @QueryParam("cursor") @DefaultValue("") String cursor,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @Context SecurityContext security,
      @Context UriInfo uri) {
    int most = Parameters.integer("limit", limit, 1, MOST_PER_PAGE);
    String of = owner(owner, security);
    String after = cursor.isEmpty() ? "" : Parameters.name("cursor", cursor);
    List<String> names = campaigns.names(of, after, most + 1);
    List<CampaignPage.Item> page =
        names.stream()
            .limit(most)
            .flatMap(name -> campaigns.span(new Campaign(of, name)).stream())
            .map(CampaignPage.Item::of)
            .toList();
    if (names.size() <= most) {
      return Response.ok(new CampaignPage(page, null)).build();
    }
    String next = names.get(most - 1);
    URI nextPage = uri.getRequestUriBuilder().replaceQueryParam("cursor", next).build();
    return Response.ok(new CampaignPage(page, next)).link(nextPage, "next").build();
  }

  @GET
  @Path("/{name}")
  @Operation(
      summary = "How far the tasks of a campaign are",
      description =
          "Waits up to `wait` seconds until it is `done`: every task over, every result and streamed"
              + " item acknowledged; or, with `until=finished`, until every task is over.")
  @APIResponse(
      responseCode = "200",
      description = "Now, or after the wait",
      content = @Content(schema = @Schema(implementation = CampaignView.class)))
  public void get(
      @PathParam("name") String name,
      @QueryParam("owner") @Nullable String owner,
      @QueryParam("wait") @DefaultValue("0") String wait,
      @Parameter(description = "`done` or `finished`") @QueryParam("until") @DefaultValue(DONE)
          String until,
      @Context SecurityContext security,
      @Suspended AsyncResponse response) {
    int seconds = Parameters.integer("wait", wait, 0, LONGEST_WAIT_SECONDS);
    boolean untilDone = Parameters.word("until", until, List.of(DONE, FINISHED)).equals(DONE);
    Campaign campaign = new Campaign(owner(owner, security), Parameters.name("name", name));
    CampaignWatch watch = new CampaignWatch(campaigns, campaign, untilDone);
    Supplier<Optional<CampaignView>> answer =
        seconds == 0 ? () -> Optional.of(watch.now()) : watch::over;
    longPolls.answer(campaign, seconds, response, new Poll<>(answer, watch::now));
  }

  private static String owner(@Nullable String owner, SecurityContext security) {
    return owner == null ? Caller.name(security) : Parameters.name("owner", owner);
  }
}
