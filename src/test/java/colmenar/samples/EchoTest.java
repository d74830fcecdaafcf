package colmenar.samples;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.bean.Call;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class EchoTest {

  /** Nothing is asked of it. */
  private final Call call =
      (Call)
          Proxy.newProxyInstance(
              Call.class.getClassLoader(),
              new Class<?>[] {Call.class},
              (proxy, method, arguments) -> {
                throw new AssertionError(method);
              });

  @Test
  void the_input_comes_back_as_it_is() {
    JsonValue input = Json.createObjectBuilder().add("a", Json.createArrayBuilder().add(1)).build();

    assertThat(new Echo().run(input, call)).isSameAs(input);
  }
}
