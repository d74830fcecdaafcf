package colmenar.security;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.platform.Ids;
import colmenar.platform.SilentEvent;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private final TurnedClock clock = new TurnedClock();
  private final FakeTokenStore tokenStore = new FakeTokenStore();
  private final FakeSessionStore store = new FakeSessionStore();
  private final Tokens tokens = new Tokens(tokenStore, new Ids(clock), clock, new SilentEvent<>());
  private final Sessions sessions = new Sessions(store, tokenStore, clock, new SilentEvent<>());
  private Token token;
  private String secret;

  @BeforeEach
  void logIn() {
    token = token(Duration.ofDays(1));
    secret = sessions.open(token.id());
  }

  private Token token(Duration lifetime) {
    TokenRequest request = new TokenRequest("ada", Role.SUBMITTER, "for tests", lifetime);
    return tokens.create(request, "grace").token();
  }

  @Test
  void it_stands_for_the_token_that_opened_it() {
    assertThat(sessions.token(secret)).contains(token);
    assertThat(sessions.token("another")).isEmpty();
  }

  @Test
  void its_secret_is_stored_nowhere() {
    assertThat(store.sessions.keySet()).containsExactly(Secrets.hash(secret));
    assertThat(Secrets.hash(secret)).doesNotContain(secret);
    assertThat(new SessionCredential(secret).toString()).doesNotContain(secret);
    assertThat(sessions.token(Secrets.hash(secret))).isEmpty();
  }

  @Test
  void it_ends_with_its_token() {
    tokens.revoke(token.id());

    assertThat(sessions.token(secret)).isEmpty();
  }

  @Test
  void it_ends_when_its_token_expires() {
    String brief = sessions.open(token(Duration.ofMinutes(1)).id());
    clock.turn(Duration.ofMinutes(1));

    assertThat(sessions.token(brief)).isEmpty();
    assertThat(sessions.token(secret)).isPresent();
  }

  @Test
  void it_ends_when_it_is_not_used_for_long() {
    clock.turn(Sessions.IDLE);

    assertThat(sessions.token(secret)).isEmpty();
  }

  @Test
  void it_goes_on_while_it_is_used() {
    for (int i = 0; i < 4; i++) {
      clock.turn(Sessions.IDLE.dividedBy(2));
      assertThat(sessions.token(secret)).as("after %d half times", i + 1).isPresent();
    }
  }

  @Test
  void it_ends_when_it_is_closed() {
    String other = sessions.open(token.id());
    sessions.close(secret);

    assertThat(sessions.token(secret)).isEmpty();
    assertThat(sessions.token(other)).isPresent();
  }

  @Test
  void what_has_expired_is_removed_by_the_next_login() {
    clock.turn(Sessions.IDLE);
    sessions.open(token.id());

    assertThat(store.sessions).hasSize(1);
  }

  @Test
  void no_two_secrets_are_alike() {
    UUID id = token.id();

    assertThat(sessions.open(id)).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(sessions.open(id));
  }
}
