package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.backend.Code;
import colmenar.json.JsonText;
import colmenar.platform.Sha256;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;

/**
 * The functions of this server at the service: each content is registered once and has the same id
 * from then on, over restarts too, so that an endpoint can be told to allow it. Thread-safe.
 */
final class Functions {

  private final ComputeApi service;
  private final FunctionText text;
  private final String owner;
  private final Path file;
  private final Map<Code, String> digests = new HashMap<>();
  private final Properties ids = new Properties();

  /**
   * @param owner whom the service has them of; those of another one are others
   * @param file that keeps their ids
   */
  Functions(ComputeApi service, FunctionText text, String owner, Path file) {
    this.service = service;
    this.text = text;
    this.owner = owner;
    this.file = file;
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
        ids.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
    }
  }

  /**
   * @param name for whoever looks at the service
   * @throws ServiceException when it could not be registered
   */
  synchronized UUID id(String name, Code code) {
    String known = digests.get(code);
    if (known != null && ids.containsKey(known)) {
      return UUID.fromString(ids.getProperty(known));
    }
    String source = text.of(code);
    String digest = Sha256.hex(owner + "\n" + source);
    digests.put(code, digest);
    if (!ids.containsKey(digest)) {
      ids.setProperty(digest, service.register(registration(name, source)).toString());
      write();
    }
    return UUID.fromString(ids.getProperty(digest));
  }

  private static JsonObject registration(String name, String source) {
    return JsonText.JSON
        .createObjectBuilder()
        .add("function_name", name)
        .add("function_code", Wire.function(FunctionText.ENTRY, source))
        .add("description", "method %s, registered by Colmenar".formatted(name))
        .add("meta", ClientRuntime.META)
        .build();
  }

  /** The service does not know it any more. */
  synchronized void forget(Code code) {
    String digest = digests.remove(code);
    if (digest != null && ids.remove(digest) != null) {
      write();
    }
  }

  private void write() {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      try (Writer writer = Files.newBufferedWriter(next, UTF_8)) {
        ids.store(writer, "ids of functions at Globus Compute, by their content");
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
