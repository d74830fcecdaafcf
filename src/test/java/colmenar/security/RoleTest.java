package colmenar.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.json.Json;
import colmenar.json.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleTest {

  @Test
  void each_role_may_do_what_those_before_it_may() {
    assertThat(Role.VIEWER.groups()).containsExactlyInAnyOrder("viewer");
    assertThat(Role.SUBMITTER.groups()).containsExactlyInAnyOrder("viewer", "submitter");
    assertThat(Role.ADMINISTRATOR.groups())
        .containsExactlyInAnyOrder("viewer", "submitter", "administrator");
  }

  @ParameterizedTest
  @EnumSource
  void a_role_is_found_by_its_word(Role role) {
    assertThat(Role.of(role.word())).isEqualTo(role);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "VIEWER", "admin", "root"})
  void another_word_is_no_role(String word) {
    assertThatThrownBy(() -> Role.of(word)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void every_role_can_be_given_to_a_token(Role role) {
    assertThat(
            Schema.packaged("token.json")
                .errors(Json.object("{'user': 'ada', 'role': '" + role.word() + "'}")))
        .isEmpty();
  }
}
