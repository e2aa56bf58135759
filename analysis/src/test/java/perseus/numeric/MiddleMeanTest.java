package perseus.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MiddleMeanTest {
  private static double plain(double[] series, int first, int end) {
    double[] window = Arrays.copyOfRange(series, first, end);
    Arrays.sort(window);
    int cut = window.length / 4;
    return Arrays.stream(window, cut, window.length - cut).average().orElse(Double.NaN);
  }

  @Test
  void meanOfAMovingWindowEqualsThatOfSortingItAnew() {
    Random random = new Random(3);
    for (int run = 0; run < 300; run++) {
      double[] series = random.doubles(200, 0, 100).toArray();
      // Some values of the series are equal, as if a counter did not change. The values must stay
      // sorted although some are equal.
      Arrays.setAll(series, i -> random.nextInt(3) == 0 ? 42 : series[i]);
      int longest = 1 + random.nextInt(60);
      MiddleMean mean = new MiddleMean(series, longest);
      int first = 0;
      int end = 0;
      while (first < series.length - 1) {
        end = Math.min(series.length, Math.max(end, first + 1) + random.nextInt(8));
        first = Math.max(first, end - longest);
        assertThat(mean.moveTo(first, end)).isCloseTo(plain(series, first, end), within(1e-9));
        first = Math.min(end - 1, first + random.nextInt(8));
        if (end == series.length && first < series.length - 1) {
          first++;
        }
      }
    }
  }

  @Test
  void windowMayJumpPastItsEnd() {
    double[] series = {1, 2, 3, 4, 50, 60, 70, 80};
    MiddleMean mean = new MiddleMean(series, 4);
    assertThat(mean.moveTo(0, 4)).isEqualTo(2.5);
    assertThat(mean.moveTo(4, 8)).isEqualTo(65);
  }

  @Test
  void spikesDoNotMoveTheMean() {
    double[] series = new double[40];
    Arrays.fill(series, 10);
    series[7] = 1e9;
    series[12] = -1e9;
    assertThat(new MiddleMean(series, 40).moveTo(0, 40)).isEqualTo(10);
  }

  @Test
  void meanOfAnEmptyWindowIsUnknown() {
    assertThat(new MiddleMean(new double[] {1, 2}, 2).moveTo(0, 0)).isNaN();
  }
}
