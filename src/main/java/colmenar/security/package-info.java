/**
 * Who may do what.
 *
 * <p>Access tokens are the only credential: as bearer token, as the password of basic
 * authentication, and as the password of the login form, which opens a session. Only their hashes
 * are stored.
 */
@NullMarked
package colmenar.security;

import org.jspecify.annotations.NullMarked;
