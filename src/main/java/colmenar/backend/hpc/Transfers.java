package colmenar.backend.hpc;

import colmenar.json.JsonText;
import colmenar.platform.Sha256;
import colmenar.remote.RemoteFiles;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies files of tasks between the exchange directory of this server and run directories. What has
 * arrived is known by its size and SHA-256. Thread-safe.
 */
final class Transfers {

  private static final String PART = ".part";

  private final @Nullable Path exchange;

  /**
   * @param exchange null when no files may be copied
   */
  Transfers(@Nullable Path exchange) {
    this.exchange = exchange;
  }

  /**
   * Whether the files that a task names are there and may be read or written.
   *
   * @throws IllegalArgumentException when they are not; the message is for the owner of the task
   */
  void check(HpcOptions options) {
    if (options.stageIn().isEmpty() && options.stageOut().isEmpty()) {
      return;
    }
    if (exchange == null) {
      throw new IllegalArgumentException(
          "files cannot be copied here: the site has no exchange directory");
    }
    for (String path : options.stageIn().values()) {
      if (!Files.exists(inside(path))) {
        throw new IllegalArgumentException(
            "options.stageIn: there is no %s in the exchange directory".formatted(path));
      }
    }
    options.stageOut().values().forEach(this::inside);
  }

  /** A path in the exchange directory, wherever links lead. */
  private Path inside(String path) {
    if (exchange == null) {
      throw new IllegalStateException("no exchange directory");
    }
    try {
      Path root = exchange.toRealPath();
      Path target = root.resolve(path).normalize();
      if (!firstThatExists(target).toRealPath().startsWith(root)) {
        throw new IllegalArgumentException(path + " leads out of the exchange directory");
      }
      return target;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be used in the exchange directory: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static Path firstThatExists(Path path) {
    Path existing = path;
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = Objects.requireNonNull(existing.getParent(), "the root exists");
    }
    return existing;
  }

  /**
   * Copies what a task needs to its run directory.
   *
   * @param work absolute path of the directory in which its code will run
   * @return descriptions by which the job knows the files again
   */
  JsonArray in(RemoteFiles remote, String work, Map<String, String> stageIn) throws IOException {
    JsonArrayBuilder descriptions = JsonText.JSON.createArrayBuilder();
    remote.makeDirectories(work);
    for (Map.Entry<String, Path> file : expanded(stageIn).entrySet()) {
      String target = work + "/" + file.getKey();
      remote.makeDirectories(target.substring(0, target.lastIndexOf('/')));
      MessageDigest digest = Sha256.digest();
      try (InputStream content =
          new DigestInputStream(Files.newInputStream(file.getValue()), digest)) {
        remote.write(target, content, Files.isExecutable(file.getValue()));
      }
      descriptions.add(
          JsonText.JSON
              .createObjectBuilder()
              .add("path", file.getKey())
              .add("size", Files.size(file.getValue()))
              .add("sha256", hex(digest)));
    }
    return descriptions.build();
  }

  /** Files by their path in the run directory; of a directory all that is in it. */
  private Map<String, Path> expanded(Map<String, String> stageIn) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    for (Map.Entry<String, String> each : stageIn.entrySet()) {
      Path source = inside(each.getValue());
      if (Files.isDirectory(source)) {
        for (Path file : regularFiles(source)) {
          files.put(each.getKey() + "/" + source.relativize(file), file);
        }
      } else {
        files.put(each.getKey(), source);
      }
    }
    return files;
  }

  private static List<Path> regularFiles(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
    }
  }

  /**
   * Copies what an attempt has written to the exchange directory.
   *
   * @param work absolute path of the directory in which its code has run
   * @param files descriptions of them, by the job
   * @throws IOException also when what arrives is not what was written
   */
  void out(RemoteFiles remote, String work, Map<String, String> stageOut, List<JsonObject> files)
      throws IOException {
    for (JsonObject file : files) {
      String path = RelativePath.checked("output", file.getString("path"));
      Path target = inside(targetOf(path, stageOut));
      Files.createDirectories(target.getParent());
      Path part = target.resolveSibling(target.getFileName() + PART);
      MessageDigest digest = Sha256.digest();
      long size;
      try (OutputStream content = new DigestOutputStream(Files.newOutputStream(part), digest)) {
        size = remote.read(work + "/" + path, content);
      }
      if (size != file.getJsonNumber("size").longValue()
          || !hex(digest).equals(file.getString("sha256"))) {
        Files.delete(part);
        throw new IOException("output %s has not arrived as it was written".formatted(path));
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** A named file, or one in a named directory. */
  private static String targetOf(String path, Map<String, String> stageOut) throws IOException {
    for (Map.Entry<String, String> each : stageOut.entrySet()) {
      if (path.equals(each.getKey())) {
        return each.getValue();
      }
      if (path.startsWith(each.getKey() + "/")) {
        return each.getValue() + path.substring(each.getKey().length());
      }
    }
    throw new IOException("output %s was not asked for".formatted(path));
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
