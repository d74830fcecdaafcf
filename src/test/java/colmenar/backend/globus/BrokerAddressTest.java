package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressTest {

  @Test
  void it_has_all_that_a_connection_needs() {
    assertThat(BrokerAddress.parse("amqps://a%40b:p%2Fw%3Ax+y@mq.example.org", null))
        .isEqualTo(new BrokerAddress(true, "mq.example.org", 5671, "a@b", "p/w:x+y", "/"));
  }

  @ParameterizedTest
  @CsvSource({
    "amqp://u:p@h, 5672, /",
    "amqp://u:p@h/, 5672, /",
    "amqp://u:p@h:99/%2F, 99, /",
    "amqp://u:p@h/some%20where, 5672, some where",
    "amqp://u:p@h/x?heartbeat=5, 5672, x",
  })
  void ports_and_virtual_hosts(String url, int port, String virtualHost) {
    BrokerAddress address = BrokerAddress.parse(url, null);

    assertThat(address.port()).isEqualTo(port);
    assertThat(address.virtualHost()).isEqualTo(virtualHost);
  }

  @Test
  void a_site_may_have_another_port_open() {
    assertThat(BrokerAddress.parse("amqps://u:p@h:5671", 443).port()).isEqualTo(443);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://u:hush@h", "amqps://h", "amqps:u:hush", "amqps://u:hush @h", ""})
  void what_is_none_is_refused_without_its_password(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerAddress.parse(url, null))
        .withMessageStartingWith("the service names a broker by ")
        .withMessageNotContaining("hush");
  }

  @Test
  void no_password_is_printed() {
    assertThat(BrokerAddress.parse("amqps://u:hush@h", null)).hasToString("h:5671");
  }
}
