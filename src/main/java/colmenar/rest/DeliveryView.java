package colmenar.rest;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Results handed out to a consumer, for the API description; {@link ResultJson} writes them.
 *
 * @param lease to acknowledge them with; left out when there are none
 * @param until when they are handed out again
 * @param acknowledged how many of an earlier lease this request acknowledged
 */
@Schema(name = "Delivery")
public record DeliveryView(
    @Nullable String lease,
    @Nullable Instant until,
    @Nullable Integer acknowledged,
    List<ResultView> results) {}
