package colmenar.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class HistogramTest {

  private static final long MILLI = 1000;
  private static final long WEEK = 7L * 24 * 3600 * 1_000_000;

  private final Histogram histogram = new Histogram();

  @Test
  void there_are_two_buckets_for_each_power_of_two() {
    histogram.add(MILLI);
    histogram.add(MILLI + 1);
    histogram.add(1414);
    histogram.add(1415);
    histogram.add(2 * MILLI);
    histogram.add(64 * MILLI);

    assertThat(histogram.text()).isEqualTo("0:1,1:2,2:2,12:1");
  }

  @Test
  void what_is_too_short_or_too_long_is_in_the_first_or_last_bucket() {
    histogram.add(-5);
    histogram.add(0);
    histogram.add(WEEK);
    histogram.add(10 * WEEK);

    assertThat(histogram.text()).isEqualTo("0:2,59:1,62:1");
  }

  @Test
  void what_was_written_is_added() {
    histogram.add("12:3,13:40");
    histogram.add("");
    histogram.add("0:1,13:2,62:5");

    assertThat(histogram.text()).isEqualTo("0:1,12:3,13:42,62:5");
  }

  @Test
  void of_nothing_there_is_no_quantile() {
    assertThat(histogram.text()).isEmpty();
    assertThat(histogram.quantile(0.5)).isEmpty();
  }

  @Test
  void quantiles_are_right_to_a_fifth() {
    Random random = new Random(7);
    long[] times = random.doubles(1000).mapToLong(x -> (long) Math.exp(x * 20)).sorted().toArray();
    for (long micros : times) {
      histogram.add(micros);
    }

    for (double part : new double[] {0.5, 0.9, 0.95, 0.99}) {
      double exact = times[(int) (part * times.length) - 1] / 1e6;
      assertThat(histogram.quantile(part).orElseThrow())
          .isCloseTo(exact, Percentage.withPercentage(20));
    }
  }

  @Test
  void a_quantile_lies_within_its_bucket() {
    histogram.add("20:4");

    assertThat(histogram.quantile(1).orElseThrow()).isCloseTo(1.024, within(1e-9));
    assertThat(histogram.quantile(0.5).orElseThrow())
        .isCloseTo(Math.pow(2, 9.75) / 1000, within(1e-9));
  }
}
