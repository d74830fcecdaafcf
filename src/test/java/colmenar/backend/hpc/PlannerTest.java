package colmenar.backend.hpc;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import colmenar.backend.Code;
import colmenar.backend.Resources;
import colmenar.backend.SampleWork;
import colmenar.backend.Work;
import colmenar.backend.hpc.SiteSettings.Defaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlannerTest {

  private static final HpcOptions NICE = HpcOptions.parse("{\"directives\":[\"--nice\"]}");

  private static Planner planner(boolean taskDirectives) {
    Defaults defaults =
        new Defaults(null, null, null, null, null, "smp", List.of("--exclusive"), taskDirectives);
    return new Planner(SampleSites.of(new Slurm(), Path.of("/site")).defaults(defaults).settings());
  }

  private static Work work(@Nullable Duration limit) {
    return SampleWork.of(
        UUID.randomUUID(), new Code.Python("def f(): pass", "f"), Resources.MINIMAL, limit, "{}");
  }

  @Test
  void a_site_may_take_no_directives_of_tasks() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> planner(false).check(work(null), NICE))
        .withMessage("options.directives: this site takes no directives of tasks");
    assertThatCode(() -> planner(false).check(work(null), HpcOptions.NONE))
        .doesNotThrowAnyException();
    assertThatCode(() -> planner(true).check(work(null), NICE)).doesNotThrowAnyException();
  }

  @Test
  void a_time_limit_of_ages_is_a_walltime_of_ages() {
    assertThatCode(() -> planner(true).check(work(Duration.ofDays(1_000_000_000)), HpcOptions.NONE))
        .doesNotThrowAnyException();
  }
}
