package perseus.precision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;
import perseus.gpu.sim.SimulatedGpus;
import perseus.gpu.sim.SimulatedSensors;
import perseus.pipeline.Instruction;

class RoundPrecisionTest {
  private static final GpuState STATE = new GpuState(40, 1410, 0);
  private static final double WAITING_WATTS = 84;

  /**
   * Simulates a rank whose forwards and backwards draw more power in their first half than in their
   * second half.
   */
  private static final class Rank implements SensorSink {
    final RoundPrecision precision = new RoundPrecision(0);
    final List<RoundPrecision.Execution> executions = new ArrayList<>();
    final List<RoundPrecision.PowerReading> samples = new ArrayList<>();
    private final SimulatedSensors sensors;
    private final SplittableRandom random;
    private double now;

    Rank(long seed) {
      sensors = new SimulatedSensors(SimulatedGpus.named("sim:a100-sxm").sensors(), seed, 0, this);
      random = new SplittableRandom(seed);
      precision.beginRound(true);
    }

    @Override
    public void energy(double timeSeconds, long millijoules) {}

    @Override
    public void power(PowerSample sample) {
      precision.power(sample);
      samples.add(new RoundPrecision.PowerReading(sample.epochMicros() / 1e6, sample.watts()));
    }

    private void draw(double seconds, double watts) {
      sensors.draw(now, now + seconds, watts, STATE);
      now += seconds;
    }

    private void execute(Instruction instruction, double seconds, double watts) {
      double start = now;
      double jittered = seconds * (1 + 0.003 * (2 * random.nextDouble() - 1));
      // The mean power over the two halves is the argument "watts".
      draw(jittered / 2, 1.1 * watts);
      draw(jittered / 2, 0.9 * watts);
      precision.executed(instruction, start, now);
      executions.add(new RoundPrecision.Execution(instruction, start, now));
    }

    Rank run(int microbatches, double forwardSeconds) {
      for (int m = 0; m < microbatches; m++) {
        execute(Instruction.FORWARD, forwardSeconds, 350);
        draw((0.2 + random.nextDouble()) * forwardSeconds, WAITING_WATTS);
        execute(Instruction.BACKWARD, 2 * forwardSeconds, 300);
        draw((0.2 + random.nextDouble()) * forwardSeconds, WAITING_WATTS);
      }
      return this;
    }
  }

  @Test
  void standardErrorsOfPowersAgreeWithTheTrueErrors() {
    int runs = 100;
    int within = 0;
    for (int seed = 0; seed < runs; seed++) {
      Rank rank = new Rank(seed).run(16, 0.1);
      Map<Instruction, PowerFit.Power> powers =
          new PowerFit(rank.executions, rank.samples, 0.2).powers();
      within += isWithin(powers.get(Instruction.FORWARD), 350) ? 1 : 0;
      within += isWithin(powers.get(Instruction.BACKWARD), 300) ? 1 : 0;
    }
    assertThat(within / (2.0 * runs)).isBetween(0.9, 0.995);
  }

  private static boolean isWithin(PowerFit.Power power, double watts) {
    return Math.abs(power.watts() - watts) <= 2 * power.error();
  }

  @Test
  void standardErrorsFallWithTime() {
    double shorter = new Rank(1).run(8, 0.1).precision.relativeError();
    double longer = new Rank(1).run(80, 0.1).precision.relativeError();
    assertThat(shorter).isBetween(0.001, 0.03);
    assertThat(longer).isLessThan(shorter / 2);
  }

  @Test
  void instructionsShorterThanTheLowPassHaveLargerStandardErrors() {
    assertThat(new Rank(1).run(800, 0.001).precision.relativeError())
        .isGreaterThan(new Rank(1).run(8, 0.1).precision.relativeError());
  }

  @Test
  void precisionIsUnknownWithoutSamples() {
    RoundPrecision precision = new RoundPrecision(0);
    precision.beginRound(true);
    assertThat(precision.relativeError()).isInfinite();
    for (int i = 0; i < 10; i++) {
      precision.executed(Instruction.FORWARD, i, i + 0.5);
    }
    assertThat(precision.relativeError()).isInfinite();
    assertThat(precision.reportedError()).isEqualTo(1);
  }

  @Test
  void precisionIsUnknownWithTooFewSamples() {
    // The samples must determine three powers: those of forwards, backwards and waiting.
    assertThat(withSamplesAt(3.2, 3.7, 4.95).relativeError()).isEqualTo(Double.POSITIVE_INFINITY);
    RoundPrecision four = withSamplesAt(3.2, 3.3, 3.7, 4.95);
    assertThat(four.relativeError()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(four.reportedError()).isEqualTo(1);
    assertThat(withSamplesAt(3.2, 3.7, 4.2, 4.95, 5.7).relativeError()).isBetween(0.0, 1.0);
  }

  private static RoundPrecision withSamplesAt(double... seconds) {
    RoundPrecision precision = new RoundPrecision(0);
    precision.beginRound(true);
    for (int i = 0; i < 10; i++) {
      precision.executed(Instruction.FORWARD, i, i + 0.4);
      precision.executed(Instruction.BACKWARD, i + 0.5, i + 0.9);
    }
    for (double second : seconds) {
      precision.power(new PowerSample(Math.round(second * 1e6), 300 + 10 * Math.sin(second)));
    }
    return precision;
  }

  @Test
  void startOfARoundIsNotUsed() {
    RoundPrecision precision = new Rank(1).run(1, 0.1).precision;
    assertThat(precision.relativeError()).isInfinite();
  }

  @Test
  void newRoundForgetsThePreviousOne() {
    RoundPrecision precision = new Rank(1).run(16, 0.1).precision;
    precision.beginRound(true);
    assertThat(precision.relativeError()).isInfinite();
    precision.beginRound(false);
    precision.executed(Instruction.FORWARD, 0, 1);
    assertThat(precision.relativeError()).isInfinite();
  }
}
