package perseus.attribution.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares sums over random rows with values that are computed from the rows themselves. */
class NormalEquationsTest {
  private static final int ROWS = 60;
  private static final int COLUMNS = 5;

  private final double[][] x = new double[ROWS][COLUMNS];
  private final double[] y = new double[ROWS];

  NormalEquationsTest() {
    Random random = new Random(11);
    for (int i = 0; i < ROWS; i++) {
      for (int c = 0; c < COLUMNS; c++) {
        x[i][c] = random.nextInt(3) == 0 ? 0 : random.nextDouble();
      }
      y[i] = 50 * random.nextDouble();
    }
  }

  private NormalEquations sums(int from, int to) {
    NormalEquations sums = new NormalEquations(COLUMNS);
    for (int i = from; i < to; i++) {
      sums.add(x[i], y[i]);
    }
    return sums;
  }

  private static void assertEqual(NormalEquations actual, NormalEquations expected) {
    assertThat(actual.rows()).isEqualTo(expected.rows());
    assertThat(actual.sumOfSquares()).isCloseTo(expected.sumOfSquares(), within(1e-8));
    assertThat(actual.meanWatts()).isCloseTo(expected.meanWatts(), within(1e-8));
    assertThat(actual.xty).containsExactly(expected.xty, within(1e-8));
    for (int i = 0; i < expected.xtx.length; i++) {
      assertThat(actual.xtx[i]).containsExactly(expected.xtx[i], within(1e-8));
    }
  }

  @Test
  void squaredResidualsAreThoseOfTheRows() {
    double[] watts = new Random(12).doubles(COLUMNS, 0, 30).toArray();
    double expected = 0;
    for (int i = 0; i < ROWS; i++) {
      double residual = y[i];
      for (int c = 0; c < COLUMNS; c++) {
        residual -= x[i][c] * watts[c];
      }
      expected += residual * residual;
    }
    assertThat(sums(0, ROWS).squaredResiduals(watts)).isCloseTo(expected, within(1e-7));
  }

  @Test
  void meansAndDeviationsAreThoseOfTheRows() {
    double joules = Arrays.stream(y).sum();
    double seconds = Arrays.stream(x).flatMapToDouble(Arrays::stream).sum();
    double mean = joules / ROWS;
    NormalEquations sums = sums(0, ROWS);
    assertThat(sums.rows()).isEqualTo(ROWS);
    assertThat(sums.meanWatts()).isCloseTo(joules / seconds, within(1e-9));
    assertThat(sums.sumOfSquares())
        .isCloseTo(Arrays.stream(y).map(value -> value * value).sum(), within(1e-7));
    assertThat(sums.squaredDeviations())
        .isCloseTo(
            Arrays.stream(y).map(value -> (value - mean) * (value - mean)).sum(), within(1e-7));
  }

  @Test
  void sumsOfDisjointRowsCanBeAddedAndSubtracted() {
    NormalEquations both = sums(0, 25);
    both.add(sums(25, ROWS), 1);
    assertEqual(both, sums(0, ROWS));
    both.add(sums(0, 25), -1);
    assertEqual(both, sums(25, ROWS));
  }

  @Test
  void mergedColumnsAreTheSumsOfTheirColumns() {
    int[] target = {0, 1, 1, 2, 1};
    NormalEquations expected = new NormalEquations(3);
    for (int i = 0; i < ROWS; i++) {
      double[] merged = new double[3];
      for (int c = 0; c < COLUMNS; c++) {
        merged[target[c]] += x[i][c];
      }
      expected.add(merged, y[i]);
    }
    assertEqual(sums(0, ROWS).withMergedColumns(target, 3), expected);
  }
}
