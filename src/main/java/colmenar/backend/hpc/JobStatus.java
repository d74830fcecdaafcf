package colmenar.backend.hpc;

import org.jspecify.annotations.Nullable;

/**
 * A job, as its scheduler shows it.
 *
 * @param id of the job; of an element of an array with its index, such as {@code 1147_3}
 * @param name empty where the scheduler does not tell it
 * @param reason why it waits or has ended, in the scheduler's words; empty when it says nothing
 * @param exitCode as shells have it; null when the scheduler does not tell it
 */
record JobStatus(
    String id, String name, JobState state, String reason, @Nullable Integer exitCode) {}
