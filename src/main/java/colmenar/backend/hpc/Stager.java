package colmenar.backend.hpc;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Outcome;
import colmenar.backend.hpc.Track.Phase;
import colmenar.remote.UnreachableException;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Copies files of attempts while the site is kept on other threads. Thread-safe. */
final class Stager {

  private static final Logger LOG = System.getLogger(Stager.class.getName());
  private static final int MOST_FAILURES = 5;

  private final Site site;
  private final Transfers transfers;
  private final Tracks tracks;
  private final Executor executor;
  private final Map<UUID, Integer> failures = new ConcurrentHashMap<>();

  /**
   * @param executor a thread for each attempt
   */
  Stager(Site site, Transfers transfers, Tracks tracks, Executor executor) {
    this.site = site;
    this.transfers = transfers;
    this.tracks = tracks;
    this.executor = executor;
  }

  /**
   * Copies what an attempt needs to the site.
   *
   * @param after is given it again, with its files there or not
   */
  void in(Track track, Consumer<Track> after) {
    track.transferring(Phase.STAGING_IN);
    start(
        track,
        () -> track.stagedIn(transfers.in(site.files(), workOf(track), track.options().stageIn())),
        after);
  }

  /**
   * Copies what an attempt has written to this server, unless that is done or nothing was asked
   * for.
   *
   * @param run what is in its run directory
   * @return whether it is being done
   */
  boolean out(Track track, JsonObject run, JsonObject outcome, Consumer<Track> after) {
    if (track.filesFetched()
        || !(outcome.get("files") instanceof JsonArray files)
        || files.isEmpty()) {
      return false;
    }
    Map<String, String> targets = new HashMap<>();
    if (run.get("stageOut") instanceof JsonObject asked) {
      asked.keySet().forEach(name -> targets.put(name, asked.getString(name)));
    }
    track.transferring(Phase.STAGING_OUT);
    start(
        track,
        () -> {
          List<JsonObject> written = files.getValuesAs(JsonObject.class);
          transfers.out(site.files(), workOf(track), targets, written);
          track.stagedOut();
        },
        after);
    return true;
  }

  private String workOf(Track track) {
    return site.prepare().root() + "/" + Layout.work(track.attempt());
  }

  private void start(Track track, Transfer transfer, Consumer<Track> after) {
    try {
      executor.execute(
          () -> {
            attempt(track, transfer);
            after.accept(track);
          });
    } catch (RejectedExecutionException e) {
      track.notTransferred();
      after.accept(track);
    }
  }

  private void attempt(Track track, Transfer transfer) {
    try {
      transfer.run();
      failures.remove(track.attempt());
    } catch (UnreachableException e) {
      LOG.log(Level.DEBUG, () -> "files of %s: %s".formatted(track.attempt(), e.getMessage()));
      track.notTransferred();
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.INFO, () -> "files of %s: %s".formatted(track.attempt(), e.getMessage()));
      track.notTransferred();
      if (failures.merge(track.attempt(), 1, Integer::sum) == MOST_FAILURES) {
        failures.remove(track.attempt());
        giveUp(track, String.valueOf(e.getMessage()));
      }
    }
  }

  private void giveUp(Track track, String reason) {
    Failure failure = new Failure(FailureClass.INFRASTRUCTURE, "StagingFailed", reason, null);
    tracks.end(List.of(tracks.finished(track, new Outcome.Failed(failure), null)));
  }

  private interface Transfer {
    void run() throws IOException;
  }
}
