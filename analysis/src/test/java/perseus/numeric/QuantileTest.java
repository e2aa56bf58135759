package perseus.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantileTest {
  private final Random random = new Random(5);

  private double[] series(int length) {
    return random.doubles(length, -3, 7).toArray();
  }

  private static double plain(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (values.length - 1))];
  }

  @Test
  void quantileOfAShortSeriesIsExact() {
    for (int length = 1; length < 200; length++) {
      double[] values = series(length);
      double[] before = values.clone();
      for (double share : new double[] {0, 0.01, 0.5, 0.9, 1}) {
        assertThat(Quantile.of(values, share)).isEqualTo(plain(values, share));
      }
      assertThat(values).isEqualTo(before);
    }
  }

  @Test
  void quantileOfALongSeriesIsThatOfASample() {
    for (int length : new int[] {9_999, 10_000, 25_003, 1_000_000}) {
      double[] values = series(length);
      for (double share : new double[] {0.01, 0.5, 0.9}) {
        assertThat(Quantile.of(values, share)).isCloseTo(plain(values, share), within(0.25));
      }
    }
  }

  @Test
  void medianIsTheLowerMiddleOfAnEvenNumberOfValues() {
    assertThat(Quantile.median(new double[] {4, 1, 3, 2})).isEqualTo(2);
    assertThat(Quantile.median(new double[] {5, 1, 3})).isEqualTo(3);
  }

  @Test
  void selectedValueIsThatOfTheSortedValues() {
    Random random = new Random(7);
    for (int length = 1; length < 80; length++) {
      int values = 1 + random.nextInt(length);
      double[] series = random.doubles(length).map(x -> Math.floor(values * x)).toArray();
      int size = 1 + random.nextInt(length);
      double[] sorted = Arrays.copyOf(series, size);
      Arrays.sort(sorted);
      for (int k = 0; k < size; k++) {
        assertThat(Quantile.select(series.clone(), size, k)).isEqualTo(sorted[k]);
      }
    }
    double[] ascending = new double[100_000];
    Arrays.setAll(ascending, i -> i);
    assertThat(Quantile.select(ascending, ascending.length, 70_000)).isEqualTo(70_000);
  }

  @Test
  void notANumberIsLargerThanAllNumbers() {
    double[] values = {Double.NaN, 2, Double.NaN, 1, 3};
    assertThat(Quantile.of(values, 0.5)).isEqualTo(3);
    assertThat(Quantile.of(values, 1)).isNaN();
  }
}
