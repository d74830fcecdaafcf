package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.interceptor.InvocationContext;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;

/** A call that an interceptor stands around. */
final class FakeCall {

  private FakeCall() {}

  static InvocationContext of(Callable<Object> method) {
    return (InvocationContext)
        Proxy.newProxyInstance(
            InvocationContext.class.getClassLoader(),
            new Class<?>[] {InvocationContext.class},
            (proxy, called, arguments) -> {
              assertThat(called.getName()).isEqualTo("proceed");
              return method.call();
            });
  }
}
