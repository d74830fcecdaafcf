package colmenar.task;

import java.util.UUID;

/** An attempt that its backend did not begin; its task waits again as if it had not been made. */
public record GivenBack(UUID attempt, String backend) {}
