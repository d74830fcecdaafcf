package colmenar.backend.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfiguredSitesTest {

  private final Map<String, String> config =
      new HashMap<>(Map.of("colmenar.hives.sites", "cluster"));

  private List<String> sites() {
    return new ConfiguredSites(new MapConfig(config), "colmenar.hives.", "sites")
        .read(keys -> keys.site() + " has " + keys.number("bee-hives", 1, 1));
  }

  @Test
  void each_is_read_by_its_own_settings() {
    config.put("colmenar.hives.sites", "b, a,, b");
    config.put("colmenar.hives.a.bee-hives", "7");
    config.put("colmenar.huts.a.bees", "of another adapter");

    assertThat(sites()).containsExactly("b has 1", "a has 7");
  }

  @Test
  void environment_variables_may_be_told_by_other_names() {
    config.put("COLMENAR_HIVES_CLUSTER_BEE_HIVES", "7");
    config.put("colmenar.hives.cluster.bee.hives", "7");
    assertThat(sites()).hasSize(1);

    config.put("COLMENAR_HIVES_CLUSTER_BE_HIVES", "7");
    assertThatIllegalArgumentException()
        .isThrownBy(this::sites)
        .withMessage(
            "COLMENAR_HIVES_CLUSTER_BE_HIVES is no setting;"
                + " there are colmenar.hives.cluster.[bee-hives]");
  }

  @Test
  void the_name_of_a_site_may_begin_with_that_of_another_one() {
    config.put("colmenar.hives.sites", "cluster,cluster-two");
    config.put("COLMENAR_HIVES_CLUSTER_TWO_BEE_HIVES", "7");
    config.put("colmenar.hives.cluster-two.bee-hives", "7");

    assertThat(sites()).containsExactly("cluster has 1", "cluster-two has 7");
  }

  @Test
  void a_name_that_no_setting_could_have_is_refused() {
    config.put("colmenar.hives.sites", "My Cluster");

    assertThatIllegalArgumentException()
        .isThrownBy(this::sites)
        .withMessageStartingWith("colmenar.hives.sites: \"My Cluster\" is no such name");
  }
}
