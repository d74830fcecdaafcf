package colmenar.samples;

import colmenar.bean.Call;
import colmenar.bean.JavaMethod;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Named;
import jakarta.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** Returns its input: for trying out a client, and for measuring what the server itself costs. */
@Dependent
@Named("echo")
public class Echo implements JavaMethod<@Nullable JsonValue, @Nullable JsonValue> {

  @Override
  public @Nullable JsonValue run(@Nullable JsonValue input, Call call) {
    return input;
  }
}
