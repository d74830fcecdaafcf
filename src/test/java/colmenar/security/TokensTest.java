package colmenar.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.platform.Ids;
import colmenar.platform.SilentEvent;
import colmenar.problem.NotFoundException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokensTest {

  private static final Instant NOW = TurnedClock.START;

  private final TurnedClock clock = new TurnedClock();
  private final FakeTokenStore store = new FakeTokenStore();
  private final Tokens tokens = new Tokens(store, new Ids(clock), clock, new SilentEvent<>());

  private NewToken create(Role role, @Nullable Duration lifetime) {
    return tokens.create(new TokenRequest("ada", role, "for tests", lifetime), "grace");
  }

  @Test
  void a_token_is_known_by_its_secret() {
    NewToken made = create(Role.SUBMITTER, null);

    Token token = tokens.valid(made.secret()).orElseThrow();

    assertThat(token.user()).isEqualTo("ada");
    assertThat(token.role()).isEqualTo(Role.SUBMITTER);
    assertThat(token.createdBy()).isEqualTo("grace");
    assertThat(token.createdAt()).isEqualTo(NOW);
    assertThat(token.expiresAt()).isEmpty();
  }

  @Test
  void a_secret_is_long_different_each_time_and_stored_nowhere() {
    NewToken one = create(Role.VIEWER, null);
    NewToken other = create(Role.VIEWER, null);

    assertThat(one.secret()).matches("colmenar_[A-Za-z0-9_-]{43}").isNotEqualTo(other.secret());
    assertThat(FakeTokenStore.hashOf(one.token()))
        .matches("[0-9a-f]{64}")
        .doesNotContain(one.secret());
    assertThat(one.toString()).doesNotContain(one.secret());
    assertThat(new BearerCredential(one.secret()).toString()).doesNotContain(one.secret());
  }

  @Test
  void neither_another_secret_nor_the_hash_opens_anything() {
    NewToken made = create(Role.VIEWER, null);

    assertThat(tokens.valid("")).isEmpty();
    assertThat(tokens.valid(made.secret() + "x")).isEmpty();
    assertThat(tokens.valid(FakeTokenStore.hashOf(made.token()))).isEmpty();
  }

  @Test
  void a_revoked_token_is_useless_at_once() {
    NewToken made = create(Role.VIEWER, null);

    tokens.revoke(made.token().id());

    assertThat(tokens.valid(made.secret())).isEmpty();
  }

  @Test
  void revoking_again_changes_nothing() {
    NewToken made = create(Role.VIEWER, null);
    tokens.revoke(made.token().id());
    clock.now = NOW.plusSeconds(5);

    tokens.revoke(made.token().id());

    assertThat(made.token().revokedAt()).contains(NOW);
  }

  @Test
  void an_unknown_token_cannot_be_revoked() {
    assertThatThrownBy(() -> tokens.revoke(new UUID(0, 1))).isInstanceOf(NotFoundException.class);
  }

  @Test
  void a_token_is_good_until_the_moment_it_expires() {
    NewToken made = create(Role.VIEWER, Duration.ofSeconds(10));

    clock.now = NOW.plusSeconds(10).minusNanos(1_000);
    assertThat(tokens.valid(made.secret())).isPresent();

    clock.now = NOW.plusSeconds(10);
    assertThat(tokens.valid(made.secret())).isEmpty();
  }

  @Test
  void somebody_can_administer_only_with_a_good_token_of_that_role() {
    create(Role.SUBMITTER, null);
    assertThat(tokens.hasAdministrator()).isFalse();

    NewToken first = create(Role.ADMINISTRATOR, null);
    assertThat(tokens.hasAdministrator()).isTrue();

    tokens.revoke(first.token().id());
    assertThat(tokens.hasAdministrator()).isFalse();

    create(Role.ADMINISTRATOR, Duration.ofSeconds(1));
    assertThat(tokens.hasAdministrator()).isTrue();

    clock.now = NOW.plusSeconds(2);
    assertThat(tokens.hasAdministrator()).isFalse();
  }
}
