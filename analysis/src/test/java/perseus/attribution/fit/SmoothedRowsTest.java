package perseus.attribution.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.SampleStamps;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Segment;

/**
 * Compares the rows of sensors that smooth power with a simulation of sensor and power limit in
 * steps of 0.1 ms.
 */
class SmoothedRowsTest {
  private static final double STEP_SECONDS = 1e-4;
  private static final int PARTS = 2;

  private final RandomWindow window = new RandomWindow(31, 60);
  private PowerColumns columns = RandomWindow.columns(PARTS);

  /** Returns the fraction of each time step that belongs to a column, before smoothing. */
  private double[] active(int column) {
    Segment segment = window.segment;
    double[] active = new double[(int) ((segment.end() - segment.start()) / STEP_SECONDS)];
    double budget = 1;
    for (int k = 0; k < active.length; k++) {
      int now = column(segment.start() + (k + 0.5) * STEP_SECONDS);
      boolean limited = columns.isLimited(now);
      double before = budget;
      budget += STEP_SECONDS * (limited ? -budget / 0.1 : (1 - budget) / 0.03);
      double share = limited ? (before + budget) / 2 : 1;
      active[k] = now == column ? share : column == columns.limit() ? 1 - share : 0;
    }
    return active;
  }

  /** Returns the fraction of each time step that belongs to a column, after smoothing. */
  private double[] smoothed(int column, Kernel kernel) {
    double[] active = active(column);
    int steps = active.length;
    double[] result = active.clone();
    if (kernel.lowPassSeconds() > 0) {
      double value = column == PowerColumns.BLOCKING ? 1 : 0;
      double kept = Math.exp(-STEP_SECONDS / kernel.lowPassSeconds());
      for (int k = 0; k < steps; k++) {
        value = kept * value + (1 - kept) * active[k];
        result[k] = value;
      }
    }
    if (kernel.averageSeconds() > 0) {
      int width = (int) Math.round(kernel.averageSeconds() / STEP_SECONDS);
      double sum = 0;
      for (int k = 0; k < steps; k++) {
        sum += active[k] - (k >= width ? active[k - width] : 0);
        result[k] = sum / width;
      }
    }
    return result;
  }

  private int column(double time) {
    InstructionLog log = window.instructions;
    for (int i = 0; i < log.size(); i++) {
      if (log.start()[i] <= time && time < log.end()[i]) {
        double done = (time - log.start()[i]) / (log.end()[i] - log.start()[i]);
        return columns.firstColumn(log.kind()[i]) + (int) (done * PARTS);
      }
    }
    return PowerColumns.BLOCKING;
  }

  @ParameterizedTest
  @CsvSource({"0.01, 0.0125, 0", "0, 0.1, 0", "0.02, 0, 0.15", "0, 0, 0.5"})
  void rowsOfTheCounterIntegrateTheSmoothedTimes(double lag, double lowPass, double average) {
    Kernel kernel = new Kernel(lag, 1, lowPass, average);
    Sensor sensor = new Sensor(kernel, null, false, SampleStamps.RIGHT, 0);
    CounterUpdates updates =
        CounterUpdates.of(List.of(window.segment), lag, lag + kernel.memorySeconds());
    assertThat(updates.size()).isGreaterThan(20);
    for (int c = 0; c < columns.size(); c++) {
      double[] value = smoothed(c, kernel);
      int column = c;
      updates.forEachMeasuredRow(
          columns,
          sensor,
          (i, seconds, joules) ->
              assertThat(seconds[column])
                  .isCloseTo(
                      integral(value, updates.start(i) - lag, updates.end(i) - lag), within(3e-4)));
    }
  }

  @ParameterizedTest
  @CsvSource({"0.01, 0.0125, 0", "0, 0.1, 0", "0, 0.1000001, 0", "0.02, 0, 0.15", "0, 0, 0"})
  void rowsOfTheCounterDivideLimitedPartsByTheBudget(double lag, double lowPass, double average) {
    BitSet limited = new BitSet();
    limited.set(columns.firstColumn(0) + 1);
    limited.set(columns.firstColumn(1));
    columns = columns.withLimited(limited, 600);
    rowsOfTheCounterIntegrateTheSmoothedTimes(lag, lowPass, average);
  }

  private double integral(double[] value, double from, double to) {
    double sum = 0;
    for (int k = 0; k < value.length; k++) {
      double start = window.segment.start() + k * STEP_SECONDS;
      double overlap = Math.min(to, start + STEP_SECONDS) - Math.max(from, start);
      sum += overlap > 0 ? overlap * value[k] : 0;
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"0.01, 0.0125, 0", "0, 0.05, 0", "0.02, 0, 0.1"})
  void rowsOfSamplesAreTheSmoothedColumns(double lag, double lowPass, double average) {
    Kernel kernel = new Kernel(lag, 1, lowPass, average);
    Sensor sensor = new Sensor(Kernel.PLAIN, kernel, false, SampleStamps.RIGHT, 0);
    int count = (int) ((window.segment.end() - window.segment.start()) / 0.02);
    double[] times = new double[count];
    double[] watts = new double[count];
    for (int i = 0; i < count; i++) {
      times[i] = window.segment.start() + 0.02 * i + 0.0123;
      watts[i] = i;
    }
    Segment segment =
        window.segment.with(window.energy, new PowerSamples(null, times, watts, 0.02));
    SampleReadings samples =
        SampleReadings.of(List.of(segment), lag, lag + kernel.memorySeconds(), Integer.MAX_VALUE);
    assertThat(samples.size()).isGreaterThan(100);
    for (int c = 0; c < columns.size(); c++) {
      double[] value = smoothed(c, kernel);
      int column = c;
      samples.forEachMeasuredRow(
          columns,
          sensor,
          (i, seconds, joules) -> {
            int step = (int) ((samples.end(i) - lag - segment.start()) / STEP_SECONDS);
            assertThat(seconds[column] / 0.02).isCloseTo(value[step], within(0.012));
          });
    }
  }
}
