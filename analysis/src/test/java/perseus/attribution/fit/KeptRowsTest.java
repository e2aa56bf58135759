package perseus.attribution.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.SampleStamps;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Segment;

/**
 * Compares rows that were kept, or computed from a later start, with rows that are computed from
 * the first instruction on.
 */
class KeptRowsTest {
  private static final double PERIOD_SECONDS = 0.02;

  private final RandomWindow window = new RandomWindow(7, 400);
  private final PowerColumns columns = RandomWindow.columns(3);

  private static Sensor sensor(double lag, double lowPass, double average, double share) {
    Kernel counter = new Kernel(lag, share, lowPass, average);
    return new Sensor(counter, counter.withLag(lag + 0.001), share < 1, SampleStamps.RIGHT, 0.3, 0);
  }

  private List<Segment> segments() {
    int size = (int) (window.segment.seconds() / PERIOD_SECONDS);
    double[] times = new double[size];
    double[] watts = new double[size];
    for (int i = 0; i < size; i++) {
      times[i] = window.segment.start() + i * PERIOD_SECONDS;
      watts[i] = 100 + i % 300;
    }
    PowerSamples samples = new PowerSamples(window.energy.file(), times, watts, PERIOD_SECONDS);
    return List.of(window.segment.with(window.energy, samples));
  }

  /** Returns the seconds at each power and the joules of each row. */
  private List<double[]> rows(Readings readings, PowerColumns of, Sensor sensor) {
    List<double[]> rows = new ArrayList<>();
    readings.forEachWhitenedRow(
        of,
        sensor,
        (i, seconds, joules) -> {
          assertThat(i).isEqualTo(rows.size());
          double[] row = Arrays.copyOf(seconds, seconds.length + 1);
          row[seconds.length] = joules;
          rows.add(row);
        });
    return rows;
  }

  /** Returns the same readings twice; the second object keeps its rows. */
  private List<Readings> pair(boolean counter, Sensor sensor) {
    double lag = counter ? sensor.lagSeconds() : sensor.samples().lagSeconds();
    double least = lag - CounterUpdates.LAG_MARGIN_SECONDS;
    double most = lag + CounterUpdates.LAG_MARGIN_SECONDS + sensor.counter().memorySeconds();
    return counter
        ? List.of(CounterUpdates.of(segments(), least, most), CounterUpdates.of(segments(), sensor))
        : List.of(
            SampleReadings.of(segments(), least, most, Integer.MAX_VALUE),
            SampleReadings.of(segments(), sensor));
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void keptRowsEqualComputedRowsForEachSensorAndSlice(boolean counter) {
    Sensor first = sensor(0.02, 0.0125, 0, 1);
    Readings computed = pair(counter, first).get(0);
    Readings kept = pair(counter, first).get(1);
    PowerColumns others = RandomWindow.columns(2);
    List<Sensor> sensors =
        List.of(
            first,
            sensor(0.021, 0.0125, 0, 1),
            sensor(0.02, 0, 0.1, 1),
            first.withReversedErrorShare(0),
            first);
    for (Sensor sensor : sensors) {
      for (PowerColumns some : List.of(columns, others)) {
        for (int limit : new int[] {Integer.MAX_VALUE, 50}) {
          List<double[]> expected = rows(computed.slice(0, limit), some, sensor);
          assertThat(expected).hasSizeGreaterThanOrEqualTo(50);
          assertThat(rows(kept.slice(0, limit), some, sensor)).containsExactlyElementsOf(expected);
        }
        assertThat(rows(kept.slice(30, 60), some, sensor))
            .containsExactlyElementsOf(rows(computed.slice(30, 60), some, sensor));
      }
    }
  }

  @Test
  void rowsBeyondTheKeptOnesAreComputed() {
    Sensor sensor = sensor(0.02, 0.0125, 0, 1);
    PowerColumns many = RandomWindow.columns(100);
    Readings computed = pair(false, sensor).get(0);
    Readings kept = pair(false, sensor).get(1);
    assertThat(computed.size() * many.size()).isGreaterThan(1 << 17);
    List<double[]> expected = rows(computed, many, sensor);
    assertThat(rows(kept, many, sensor)).containsExactlyElementsOf(expected);
    assertThat(rows(kept, many, sensor)).containsExactlyElementsOf(expected);
    assertThat(rows(kept.slice(0, 100), many, sensor))
        .containsExactlyElementsOf(expected.subList(0, 100));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 1",
    "0.02, 0.0125, 0, 1",
    "-0.01, 0.1, 0, 1",
    "0.02, 0, 0.3, 1",
    "0.01, 0.02, 0.1, 1",
    "0, 0, 0, 0.25"
  })
  void rowsFarFromTheStartEqualThoseThatSawAllInstructions(
      double lag, double lowPass, double average, double share) {
    Sensor sensor = sensor(lag, lowPass, average, share).withReversedErrorShare(0);
    for (boolean counter : new boolean[] {true, false}) {
      Readings all = pair(counter, sensor).get(0);
      List<double[]> expected = rows(all, columns, sensor);
      for (int from : new int[] {1, all.size() / 3, all.size() / 2, all.size() - 40}) {
        List<double[]> late = rows(all.slice(from, from + 40), columns, sensor);
        assertThat(late).hasSize(40);
        for (int i = 0; i < late.size(); i++) {
          assertThat(late.get(i)).containsExactly(expected.get(from + i), within(1e-11));
        }
      }
    }
  }
}
