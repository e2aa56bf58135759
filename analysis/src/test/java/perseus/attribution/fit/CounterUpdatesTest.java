package perseus.attribution.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Segment;

/** Compares the rows of counter updates with overlaps that are computed one by one. */
class CounterUpdatesTest {
  private record Row(double[] seconds, double joules) {}

  private static List<Row> measured(CounterUpdates updates, PowerColumns columns, Sensor sensor) {
    List<Row> rows = new ArrayList<>();
    updates.forEachMeasuredRow(columns, sensor, (i, x, y) -> rows.add(new Row(x.clone(), y)));
    return rows;
  }

  private static List<Row> whitened(CounterUpdates updates, PowerColumns columns, Sensor sensor) {
    List<Row> rows = new ArrayList<>();
    updates.forEachWhitenedRow(columns, sensor, (i, x, y) -> rows.add(new Row(x.clone(), y)));
    return rows;
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 1", "2, 0.013, 1", "3, -0.02, 3", "4, 0.18, 4", "5, 0.05, 2"})
  void overlapsAreThoseOfEveryPartOfEveryInstruction(long seed, double lag, int parts) {
    RandomWindow window = new RandomWindow(seed, 200);
    PowerColumns columns = RandomWindow.columns(parts);
    CounterUpdates updates = window.updates();
    for (double share : new double[] {1, 0.5}) {
      List<Row> rows = measured(updates, columns, new Sensor(lag, share, false));
      assertThat(rows).hasSize(updates.size()).hasSizeGreaterThan(150);
      for (int i = 0; i < rows.size(); i++) {
        double to = updates.end(i) - lag;
        double from = to - share * (updates.end(i) - updates.start(i));
        double[] expected = overlaps(window, columns, from, to);
        for (int c = 0; c < expected.length; c++) {
          assertThat(rows.get(i).seconds[c]).isCloseTo(expected[c] / share, within(1e-9));
        }
      }
    }
  }

  private static double[] overlaps(
      RandomWindow window, PowerColumns columns, double from, double to) {
    double[] seconds = new double[columns.size()];
    seconds[PowerColumns.BLOCKING] = to - from;
    for (int r = 0; r < window.instructions.size(); r++) {
      int kind = window.instructions.kind()[r];
      double start = window.instructions.start()[r];
      double length = (window.instructions.end()[r] - start) / columns.parts(kind);
      for (int part = 0; part < columns.parts(kind); part++) {
        double overlap =
            Math.min(to, start + (part + 1) * length) - Math.max(from, start + part * length);
        seconds[columns.firstColumn(kind) + part] += Math.max(0, overlap);
        seconds[PowerColumns.BLOCKING] -= Math.max(0, overlap);
      }
    }
    return seconds;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0.03", "2, 0.25, 0.1", "3, 0.5, -0.02"})
  void overlapsOfAnUpdateAddUpToItsLength(int parts, double share, double lag) {
    CounterUpdates updates = new RandomWindow(parts, 300).updates();
    PowerColumns columns = RandomWindow.columns(parts);
    List<Row> rows = measured(updates, columns, new Sensor(lag, share, false));
    for (int i = 0; i < rows.size(); i++) {
      assertThat(Arrays.stream(rows.get(i).seconds).sum())
          .isCloseTo(updates.end(i) - updates.start(i), within(1e-9));
    }
  }

  @Test
  void onlyUsableUpdatesInsideTheSegmentForAllLagsAreSelected() {
    RandomWindow window = new RandomWindow(7, 100);
    EnergyLog log = window.energy;
    boolean[] usable = log.usable().clone();
    usable[40] = false;
    Segment segment =
        window.segment.with(
            new EnergyLog(log.file(), log.times(), log.energies(), usable), PowerSamples.NONE);
    List<Row> expected = new ArrayList<>();
    for (int i = 1; i < log.size(); i++) {
      if (i != 40
          && log.times()[i - 1] - 0.1 >= segment.start()
          && log.times()[i] + 0.02 <= segment.end()) {
        expected.add(new Row(null, log.energies()[i] - log.energies()[i - 1]));
      }
    }
    PowerColumns columns = RandomWindow.columns(1);
    CounterUpdates updates = CounterUpdates.of(List.of(segment), -0.02, 0.1);
    assertThat(measured(updates, columns, new Sensor(0, 1, false)))
        .extracting(Row::joules)
        .containsExactlyElementsOf(expected.stream().map(Row::joules).toList());
    assertThat(CounterUpdates.of(List.of(segment), -0.02, 0.1, 10).size()).isEqualTo(10);
    assertThat(updates.slice(5, 15).size()).isEqualTo(10);
    assertThat(updates.slice(0, 10_000).size()).isEqualTo(updates.size());
  }

  @Test
  void updatesOfSeveralSegmentsAreSelectedInTheirOrder() {
    RandomWindow window = new RandomWindow(8, 120);
    double[] start = window.instructions.start();
    double[] end = window.instructions.end();
    Segment first = new Segment(window.instructions, window.energy, 0, 60, start[0], end[59]);
    Segment second = new Segment(window.instructions, window.energy, 60, 120, start[60], end[119]);
    CounterUpdates both = CounterUpdates.of(List.of(first, second), 0, 0);
    CounterUpdates ofFirst = CounterUpdates.of(List.of(first), 0, 0);
    CounterUpdates ofSecond = CounterUpdates.of(List.of(second), 0, 0);
    assertThat(both.size()).isEqualTo(ofFirst.size() + ofSecond.size());
    assertThat(both.start(ofFirst.size())).isEqualTo(ofSecond.start(0));
    PowerColumns columns = RandomWindow.columns(2);
    Sensor sensor = new Sensor(0, 1, false);
    List<Row> rows = measured(both, columns, sensor);
    List<Row> expected = new ArrayList<>(measured(ofFirst, columns, sensor));
    expected.addAll(measured(ofSecond, columns, sensor));
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).seconds).containsExactly(expected.get(i).seconds);
      assertThat(rows.get(i).joules).isEqualTo(expected.get(i).joules);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.2", "0.5", "0.9"})
  void whitenedRowsAreWeightedWithTheInverseCovarianceOfTheErrors(double reversed) {
    CounterUpdates updates = new RandomWindow(9, 60).updates();
    PowerColumns columns = RandomWindow.columns(1);
    Sensor sensor = new Sensor(0.01, 1, false, reversed);
    List<Row> measured = measured(updates, columns, sensor);
    List<Row> whitened = whitened(updates, columns, sensor);
    int n = measured.size();
    // The errors of the rows are e_i - r e_(i-1), where all e_i are independent.
    RealMatrix covariance = new Array2DRowRealMatrix(n, n);
    for (int i = 0; i < n; i++) {
      covariance.setEntry(i, i, 1 + reversed * reversed);
      if (i > 0) {
        covariance.setEntry(i, i - 1, -reversed);
        covariance.setEntry(i - 1, i, -reversed);
      }
    }
    RealMatrix weights = new LUDecomposition(covariance).getSolver().getInverse();
    for (int a = 0; a <= columns.size(); a++) {
      for (int b = 0; b <= a; b++) {
        double expected = column(measured, a).dotProduct(weights.operate(column(measured, b)));
        assertThat(column(whitened, a).dotProduct(column(whitened, b)))
            .isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
      }
    }
  }

  /**
   * Returns the values of one column in all rows. The column after the last power holds the joules.
   */
  private static RealVector column(List<Row> rows, int column) {
    return new ArrayRealVector(
        rows.stream()
            .mapToDouble(row -> column < row.seconds.length ? row.seconds[column] : row.joules)
            .toArray());
  }

  @Test
  void rowsWithIndependentErrorsAreNotChanged() {
    CounterUpdates updates = new RandomWindow(10, 50).updates();
    PowerColumns columns = RandomWindow.columns(2);
    Sensor sensor = new Sensor(0.02, 1, false);
    List<Row> measured = measured(updates, columns, sensor);
    List<Row> whitened = whitened(updates, columns, sensor);
    for (int i = 0; i < measured.size(); i++) {
      assertThat(whitened.get(i).seconds).containsExactly(measured.get(i).seconds);
      assertThat(whitened.get(i).joules).isEqualTo(measured.get(i).joules);
    }
  }
}
