package colmenar.security;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param user whose requests the token authenticates
 * @param description what it is for
 * @param lifetime null for one that does not expire
 */
public record TokenRequest(
    String user, Role role, String description, @Nullable Duration lifetime) {}
