package colmenar.backend.hpc;

import colmenar.backend.Work;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an attempt that the site has, or is to get. All of it can be read again from the
 * site. Only the thread that keeps the site changes it, but for what is volatile.
 */
final class Track {

  private final UUID attempt;
  private final @Nullable Work work;
  private final HpcOptions options;

  private volatile boolean cancelRequested;
  private volatile Phase phase;
  private volatile @Nullable String jobId;
  private volatile @Nullable JobStatus status;

  /** Of the events that the attempt has told, in bytes. */
  private long offset;

  /** Since when the scheduler has not known it, or has it for over. */
  private @Nullable Instant goneSince;

  private @Nullable JsonObject lastLook;
  private @Nullable Instant startedAt;
  private boolean cancelSent;
  private volatile @Nullable JsonArray inputs;
  private volatile boolean filesFetched;

  private Track(UUID attempt, @Nullable Work work, HpcOptions options, Phase phase) {
    this.attempt = attempt;
    this.work = work;
    this.options = options;
    this.phase = phase;
  }

  /** Of one that is to be brought to the site. */
  static Track of(Work work, HpcOptions options) {
    return new Track(work.attempt(), work, options, Phase.TO_BRING);
  }

  /** Of one that a server has brought there in an earlier life. */
  static Track recovered(UUID attempt) {
    return new Track(attempt, null, HpcOptions.NONE, Phase.BROUGHT);
  }

  UUID attempt() {
    return attempt;
  }

  /**
   * @throws IllegalStateException when it was recovered
   */
  Work work() {
    if (work == null) {
      throw new IllegalStateException(attempt + " has been brought there before");
    }
    return work;
  }

  HpcOptions options() {
    return options;
  }

  String directory() {
    return Layout.run(attempt);
  }

  Phase phase() {
    return phase;
  }

  boolean cancelRequested() {
    return cancelRequested;
  }

  void requestCancel() {
    cancelRequested = true;
  }

  /** Whether the scheduler has yet to be told of the cancel. */
  boolean cancelDue() {
    return cancelRequested && !cancelSent && jobId != null;
  }

  void cancelSent() {
    cancelSent = true;
  }

  /** The id of its job; null while nobody knows it. */
  @Nullable String jobId() {
    return jobId;
  }

  /** As the scheduler showed it last; null when it did not. */
  @Nullable JobStatus status() {
    return status;
  }

  long offset() {
    return offset;
  }

  void readTo(long end) {
    offset = end;
  }

  /** Its files are on their way. */
  void transferring(Phase way) {
    phase = way;
  }

  /**
   * Its input files have been copied to the site.
   *
   * @param descriptions by which the job knows them again
   */
  void stagedIn(JsonArray descriptions) {
    inputs = descriptions;
    phase = Phase.TO_BRING;
  }

  /** Its output files have been copied to this server. */
  void stagedOut() {
    filesFetched = true;
    phase = Phase.BROUGHT;
  }

  /** The transfer has to be tried again. */
  void notTransferred() {
    phase = phase == Phase.STAGING_OUT ? Phase.BROUGHT : Phase.TO_BRING;
  }

  boolean inputsMissing() {
    return inputs == null && !options.stageIn().isEmpty();
  }

  JsonArray inputs() {
    JsonArray known = inputs;
    return known == null ? JsonValue.EMPTY_JSON_ARRAY : known;
  }

  boolean filesFetched() {
    return filesFetched;
  }

  /**
   * @param id of its job; null when that is not known yet
   */
  void brought(@Nullable String id) {
    jobId = id;
    phase = Phase.BROUGHT;
  }

  void started(Instant at) {
    startedAt = at;
  }

  @Nullable Instant startedAt() {
    return startedAt;
  }

  /** The scheduler has it, and not for over. */
  void seen(JobStatus now) {
    status = now;
    goneSince = null;
    lastLook = null;
  }

  /**
   * The scheduler does not know it any more, or has it for over.
   *
   * @param now null when it does not know it
   */
  void gone(@Nullable JobStatus now, Instant at) {
    if (now != null) {
      status = now;
    }
    if (goneSince == null) {
      goneSince = at;
    }
  }

  @Nullable Instant goneSince() {
    return goneSince;
  }

  /** What was in its run directory when it was looked at; null when it has not been. */
  @Nullable JsonObject lastLook() {
    return lastLook;
  }

  void looked(JsonObject run) {
    lastLook = run;
  }

  /** Where it is on its way. */
  enum Phase {
    /** Its input files are being copied there. */
    STAGING_IN,
    /** Nothing of it is at the scheduler, as far as is known. */
    TO_BRING,
    /** The scheduler has it. */
    BROUGHT,
    /** It has ended, and its output files are being copied here. */
    STAGING_OUT
  }
}
