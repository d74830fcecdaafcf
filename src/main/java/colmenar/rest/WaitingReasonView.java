package colmenar.rest;

import colmenar.dispatch.WaitingReason;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One of the reasons for which a task waits.
 *
 * @param type NOT_BEFORE, BACKOFF, PAUSED, BACKEND_DOWN, BACKEND_NOT_HERE, LIMIT, RATE, CAPACITY or
 *     AT_BACKEND
 * @param detail one sentence
 * @param until when it will be over; left out when that is not known
 */
@Schema(name = "WaitingReason")
public record WaitingReasonView(String type, String detail, @Nullable Instant until) {

  static WaitingReasonView of(WaitingReason reason) {
    return new WaitingReasonView(reason.type().name(), reason.sentence(), reason.until());
  }
}
