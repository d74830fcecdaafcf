package colmenar.backend.local;

import colmenar.backend.Backend.OutputStream;
import colmenar.backend.Outcome;
import colmenar.backend.OutputChunk;
import colmenar.platform.DataDirectory;
import colmenar.platform.SingleInstance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The directories of attempts, each with what its attempt wrote. */
@SingleInstance
class RunDirectories {

  private static final Logger LOG = System.getLogger(RunDirectories.class.getName());

  /** Of each stream, kept with the attempt in the database. */
  private static final int TAIL_BYTES = 64 * 1024;

  private final DataDirectory data;
  private final LocalSettings settings;

  @Inject
  RunDirectories(DataDirectory data, LocalSettings settings) {
    this.data = data;
    this.settings = settings;
  }

  Path create(UUID attempt) {
    try {
      return Files.createDirectories(data.directory("runs").resolve(attempt.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what need not be kept. */
  void finished(Path directory, Outcome outcome) {
    boolean keep =
        switch (settings.keepRunDirectories()) {
          case NONE -> false;
          case FAILED -> outcome instanceof Outcome.Failed;
          case ALL -> true;
        };
    if (!keep) {
      try {
        delete(directory);
      } catch (IOException e) {
        // It is called like its attempt.
        LOG.log(
            Level.WARNING,
            () ->
                "attempt %s: run directory %s was not removed: %s"
                    .formatted(directory.getFileName(), directory, e));
      }
    }
  }

  /** Part of a stream; empty when it cannot be read. */
  static Optional<OutputChunk> read(
      Path directory, OutputStream stream, long offset, int maxBytes) {
    Path file = directory.resolve(stream.name().toLowerCase(Locale.ROOT));
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long from = Math.min(Math.max(offset, 0), channel.size());
      channel.position(from);
      byte[] bytes = Channels.newInputStream(channel).readNBytes(maxBytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return Optional.of(new OutputChunk(text, from + bytes.length));
    } catch (NoSuchFileException e) {
      return Optional.of(new OutputChunk("", 0));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The end of a stream; null when there is nothing. */
  static @Nullable String tail(Path directory, OutputStream stream) {
    Path file = directory.resolve(stream.name().toLowerCase(Locale.ROOT));
    try {
      long size = Files.size(file);
      return size == 0
          ? null
          : read(directory, stream, size - TAIL_BYTES, TAIL_BYTES)
              .map(OutputChunk::text)
              .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }

  /** Removes it with all that is in it, following no links. */
  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
