package colmenar.task;

/** The tasks that one owner groups under a name. */
public record Campaign(String owner, String name) {}
