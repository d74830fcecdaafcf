package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InboxTest {

  @Test
  void a_task_has_the_inbox_of_its_owner_and_topic() {
    Task task =
        new Task(new UUID(7, 0), "ada", TaskRequests.any(), SampleTasks.AGEING, Instant.EPOCH);

    assertThat(Inbox.of(task)).isEqualTo(new Inbox("ada", "default"));
  }

  @ParameterizedTest
  @CsvSource({"ada, default, ada/default", "a.b-c, t_1, a.b-c/t_1", "ada, /, ada//"})
  void its_name_can_be_read_again(String owner, String topic, String name) {
    Inbox inbox = new Inbox(owner, topic);

    assertThat(inbox).hasToString(name);
    assertThat(Inbox.parse(name)).isEqualTo(inbox);
  }

  @Test
  void inboxes_of_different_owners_or_topics_have_different_names() {
    assertThat(new Inbox("ab", "c").toString()).isNotEqualTo(new Inbox("a", "bc").toString());
  }

  @Test
  void it_is_done_when_nothing_waits_and_no_task_goes_on() {
    Inbox inbox = new Inbox("ada", "default");

    assertThat(counts(inbox, 0, 0, 0).done()).isTrue();
    assertThat(counts(inbox, 1, 1, 0).done()).isFalse();
    assertThat(InboxCounts.ofUnfinished(inbox, 1).done()).isFalse();
  }

  @Test
  void counts_add_up() {
    Inbox inbox = new Inbox("ada", "default");

    assertThat(counts(inbox, 3, 2, 0).plus(counts(inbox, 10, 20, 30)))
        .isEqualTo(counts(inbox, 13, 22, 30));
    Instant now = Instant.parse("2025-03-01T12:00:00Z");
    InboxCounts results = new InboxCounts(inbox, 3, 2, 0, now, 1);
    assertThat(InboxCounts.ofUnfinished(inbox, 4).plus(results))
        .isEqualTo(results.plus(InboxCounts.ofUnfinished(inbox, 4)))
        .isEqualTo(new InboxCounts(inbox, 3, 2, 4, now, 1));
    assertThat(results.plus(new InboxCounts(inbox, 1, 1, 0, now.minusSeconds(1), 2)))
        .isEqualTo(new InboxCounts(inbox, 4, 3, 0, now.minusSeconds(1), 3));
  }

  private static InboxCounts counts(Inbox inbox, long waiting, long leased, long unfinished) {
    return new InboxCounts(inbox, waiting, leased, unfinished, null, 0);
  }
}
