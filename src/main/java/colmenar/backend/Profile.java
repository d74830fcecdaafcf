package colmenar.backend;

import java.util.Set;

/**
 * What a backend is able to do; constant while the server runs.
 *
 * @param type {@code local}, {@code hpc}, {@code parsl} or {@code globus}
 * @param kinds the {@linkplain Code#kind() kinds of code} it runs
 * @param startsAtOnce whether an attempt that was taken is running; otherwise it is submitted and
 *     queued first, and the backend reports these steps
 * @param endsRunning whether a cancel ends an attempt that is already running
 * @param streamsLive whether streamed items arrive while the attempt runs; otherwise at its end
 */
public record Profile(
    String type,
    Set<String> kinds,
    boolean startsAtOnce,
    boolean endsRunning,
    boolean streamsLive) {

  public Profile {
    kinds = Set.copyOf(kinds);
  }
}
