package colmenar.backend;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt is found again.
 *
 * @param attempt id of the attempt
 * @param nativeId what the backend reported when it accepted the attempt (process, scheduler job,
 *     Globus task); null when no answer was recorded
 */
public record Handle(UUID attempt, @Nullable String nativeId) {}
