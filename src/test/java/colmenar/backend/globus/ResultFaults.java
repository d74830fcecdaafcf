package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** What goes wrong with results on their way to a client. Thread-safe. */
final class ResultFaults {

  private static final List<byte[]> MALFORMED =
      List.of(
          "\u0001{\"message_type\"".getBytes(UTF_8),
          "\u0001{\"message_type\":\"ep_status_report\",\"data\":{}}".getBytes(UTF_8),
          "\u0001{\"message_type\":\"result\",\"data\":{\"data\":\"11\\n3\"}}".getBytes(UTF_8));

  private boolean duplicated;
  private boolean malformedBefore;
  private boolean withoutDetails;
  private boolean announced;
  private int malformed;

  synchronized void duplicate(boolean on) {
    duplicated = on;
  }

  synchronized void malformedBeforeEach(boolean on) {
    malformedBefore = on;
  }

  synchronized void withoutDetails(boolean on) {
    withoutDetails = on;
  }

  synchronized void announce(boolean on) {
    announced = on;
  }

  /** Whether clients are only told that there is one. */
  synchronized boolean announced() {
    return announced;
  }

  synchronized ResultMessage seen(ResultMessage result) {
    return withoutDetails ? result.withoutDetails() : result;
  }

  /** The messages that are sent for one result. */
  synchronized List<byte[]> messages(byte[] result) {
    List<byte[]> messages = new ArrayList<>();
    if (malformedBefore) {
      messages.add(MALFORMED.get(malformed));
      malformed = (malformed + 1) % MALFORMED.size();
    }
    messages.add(result);
    if (duplicated) {
      messages.add(result);
    }
    return messages;
  }
}
