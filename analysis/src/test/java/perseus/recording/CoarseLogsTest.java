package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Instruction;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Warnings;

/** Tests that the time quantum (step between recorded times) of each sort of log is found. */
class CoarseLogsTest {
  private static final int SIZE = 400;
  private static final double START = 1.7959356e9;

  private final Warnings warnings = new Warnings();
  private final CoarseTimes coarse = new CoarseTimes(3, warnings);
  private final Random random = new Random(2);

  /**
   * Returns increasing times. Each time is the offset plus a multiple of the quantum, in seconds.
   */
  private double[] times(double period, double quantum, double offset) {
    double[] times = new double[SIZE];
    double time = START;
    for (int i = 0; i < SIZE; i++) {
      time += period * (0.6 + 0.8 * random.nextDouble());
      times[i] = offset + Math.floor(time / quantum) * quantum;
    }
    return times;
  }

  private static double[] increasing() {
    double[] values = new double[SIZE];
    Arrays.setAll(values, i -> 10.0 * i);
    return values;
  }

  private static InstructionLog forwards(double[] times) {
    double[] starts = new double[SIZE / 2];
    double[] ends = new double[SIZE / 2];
    Arrays.setAll(starts, i -> times[2 * i]);
    Arrays.setAll(ends, i -> times[2 * i + 1]);
    return InstructionLog.of(
        Path.of("instructions-3.csv"),
        Collections.nCopies(SIZE / 2, Instruction.FORWARD),
        starts,
        ends);
  }

  @Test
  void eachSortOfLogIsNamedWithItsQuantum() {
    InstructionLog log = coarse.marked(forwards(times(0.04, 0.01, 0)));
    EnergyLog energy =
        coarse.marked(
            EnergyLog.of(Path.of("time-energy-3.csv"), times(0.1, 0.015625, 0), increasing()));
    PowerSamples samples =
        coarse.marked(
            new PowerSamples(
                Path.of("power-samples-3.csv"), times(0.02, 0.002, 0), increasing(), 0.02));
    assertThat(log.quantumSeconds()).isCloseTo(0.01, within(1e-6));
    assertThat(energy.quantumSeconds()).isCloseTo(0.015625, within(1e-6));
    assertThat(samples.quantumSeconds()).isCloseTo(0.002, within(1e-6));
    assertThat(warnings.sentences()).hasSize(3);
    assertThat(warnings.sentences().get(0)).contains("instructions-3.csv", " 10 ms");
    assertThat(warnings.sentences().get(1)).contains("power-samples-3.csv", " 2 ms");
    assertThat(warnings.sentences().get(2)).contains("time-energy-3.csv", " 15.625 ms");
  }

  @Test
  void preciseTimesAreNotNamed() {
    InstructionLog log = forwards(times(0.04, 1e-6, 0));
    assertThat(coarse.marked(log)).isSameAs(log);
    assertThat(warnings.sentences()).isEmpty();
  }

  @Test
  void sensorWithASteadyPeriodIsNotCoarse() {
    double[] period = times(0.1, 0.02, 0.0137);
    EnergyLog energy = EnergyLog.of(Path.of("time-energy-3.csv"), period, increasing());
    assertThat(coarse.marked(energy)).isSameAs(energy);
    assertThat(warnings.sentences()).isEmpty();
  }

  @Test
  void instructionsThatAlwaysTakeTheSameTimeAreNotCoarse() {
    double[] times = new double[SIZE];
    Arrays.setAll(times, i -> START + 0.05 * i + (i % 2) * 0.01 + (i / 40) * 0.03);
    InstructionLog log = forwards(times);
    assertThat(coarse.marked(log)).isSameAs(log);
  }
}
