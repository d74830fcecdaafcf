package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CampaignNamesTest {

  private final List<Campaign> written = new ArrayList<>();
  private Instant now = Instant.parse("2025-03-01T12:00:00Z");

  private final CampaignNames names =
      new CampaignNames(
          new CampaignStore(null) {
            @Override
            void add(Collection<Campaign> campaigns) {
              written.addAll(campaigns);
            }
          },
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  private Deed.Submitted deed(String... campaigns) {
    List<Task> tasks = new ArrayList<>();
    for (String campaign : campaigns) {
      tasks.add(
          new Task(
              new UUID(tasks.size(), 0),
              "ada",
              TaskRequests.in(campaign),
              SampleTasks.AGEING,
              now));
    }
    return new Deed.Submitted(tasks, List.of());
  }

  private static Campaign campaign(String name) {
    return new Campaign("ada", name);
  }

  @Test
  void a_new_name_is_written_once_in_the_order_of_names() {
    names.submitted(deed("b", "a", "b", null));

    assertThat(written).containsExactly(campaign("a"), campaign("b"));
  }

  @Test
  void what_was_committed_is_not_written_again() {
    Deed.Submitted deed = deed("a");
    names.submitted(deed);
    names.committed(deed);

    names.submitted(deed("a", "b"));

    assertThat(written).containsExactly(campaign("a"), campaign("b"));
  }

  @Test
  void what_was_rolled_back_is_written_again() {
    names.submitted(deed("a"));
    names.submitted(deed("a"));

    assertThat(written).containsExactly(campaign("a"), campaign("a"));
  }

  @Test
  void after_an_hour_a_name_is_written_again_in_case_it_is_gone() {
    names.submitted(deed("a"));
    names.committed(deed("a"));
    now = now.plusSeconds(3601);

    names.submitted(deed("a"));

    assertThat(written).containsExactly(campaign("a"), campaign("a"));
  }

  @Test
  void tasks_without_a_campaign_write_nothing() {
    names.submitted(deed((String) null));

    assertThat(written).isEmpty();
  }
}
