package colmenar.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Files of a {@link Host}, by absolute paths: any other is an {@link IllegalArgumentException}.
 * What is written is the owner's alone. Thread-safe.
 *
 * <p>An {@link IOException} says that the machine refuses: no such directory, no permission, disk
 * full. That it cannot be reached is an {@link UnreachableException}.
 */
public interface RemoteFiles {

  /** Makes a directory, and those above it; no error when it is there. */
  void makeDirectories(String path) throws IOException;

  /**
   * Writes a file, replacing one that is there. It has its name only once it is whole; a lost
   * connection can leave a file beside it whose name ends in {@code .part}.
   *
   * @param executable whether the owner may run it
   */
  void write(String path, InputStream content, boolean executable) throws IOException;

  /** Writes a text that is not to be run, see {@link #write(String, InputStream, boolean)}. */
  default void write(String path, String text) throws IOException {
    write(path, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), false);
  }

  /**
   * Reads a whole file.
   *
   * @return how many bytes
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  long read(String path, OutputStream to) throws IOException;

  /** At most so many bytes of a file, from an offset on; empty when there is no such file. */
  Optional<byte[]> read(String path, long offset, int most) throws IOException;

  /**
   * What is in a directory, links not followed.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  List<RemoteFile> list(String path) throws IOException;

  /** What a path names, links not followed; empty when there is nothing. */
  Optional<RemoteFile> find(String path) throws IOException;

  /** Removes a file or a directory with all that is in it; no error when there is none. */
  void delete(String path) throws IOException;
}
