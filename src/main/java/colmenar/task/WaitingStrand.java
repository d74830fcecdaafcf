package colmenar.task;

import java.util.UUID;

/**
 * How many tasks of a strand wait, and which of them is the first.
 *
 * @param strand as text; see {@link Strand}
 */
record WaitingStrand(String backend, String strand, long tasks, UUID first) {}
