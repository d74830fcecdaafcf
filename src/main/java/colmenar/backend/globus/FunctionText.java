package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.backend.Code;
import colmenar.platform.Sha256;
import colmenar.worker.WorkerModules;
import colmenar.worker.WorkerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;

/**
 * The Python text that is registered for a method: its code, and all that it takes to run that.
 * {@code colmenar_globus/function.py} is what it ends with.
 */
final class FunctionText {

  /** What is called, with a request without code and the most characters of its outcome. */
  static final String ENTRY = "colmenar";

  private static final String RESOURCE = "/python/colmenar_globus/function.py";

  private final String modules;
  private final String digest;
  private final String end;

  FunctionText() {
    try {
      byte[] zip = WorkerModules.CALLED.zip();
      this.modules = base64(zip);
      this.digest = Sha256.hex(zip);
      this.end = read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String of(Code code) {
    byte[] json = WorkerRequest.code(code).build().toString().getBytes(UTF_8);
    return """
        _MODULES = "%s"
        _DIGEST = "%s"
        _CODE = "%s"
        %s"""
        .formatted(modules, digest, base64(json), end);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String read() throws IOException {
    try (InputStream in = FunctionText.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("the server lacks its resource " + RESOURCE);
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
