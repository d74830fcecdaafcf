package colmenar.security;

/**
 * A token was revoked or a session closed. Told after the commit: what was believed of callers has
 * to be asked again.
 */
record AccessEnded() {}
