package colmenar.remote;

import java.time.Instant;

/**
 * A file of a {@link Host}.
 *
 * @param name without its directory
 * @param size in bytes
 * @param changedAt to the second
 */
public record RemoteFile(String name, Kind kind, long size, Instant changedAt) {

  public enum Kind {
    FILE,
    DIRECTORY,
    OTHER
  }
}
