package colmenar.task;

/** Where the results of one owner's tasks of one topic wait for their consumers. */
public record Inbox(String owner, String topic) {

  public static Inbox of(Task task) {
    return new Inbox(task.owner(), task.topic());
  }

  /** Reads what {@link #toString} wrote. */
  static Inbox parse(String name) {
    int slash = name.indexOf('/');
    return new Inbox(name.substring(0, slash), name.substring(slash + 1));
  }

  /** Neither an owner nor a topic has a slash. */
  @Override
  public String toString() {
    return owner + "/" + topic;
  }
}
