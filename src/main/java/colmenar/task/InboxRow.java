package colmenar.task;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** What the consumers of an {@link Inbox} take turns by. */
@Entity
@Table(name = "inbox")
class InboxRow {

  @Id private String name;

  /** For JPA. */
  @SuppressWarnings("NullAway.Init")
  protected InboxRow() {}

  InboxRow(Inbox inbox) {
    this.name = inbox.toString();
  }
}
