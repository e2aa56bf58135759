package perseus.attribution.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perseus.attribution.phase.PhaseConditions;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.PhaseEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Sensor;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/** Compares fits to a simulated GPU at its power limit with the true powers and energies. */
class LimitedPowerTest {
  private static final double STEP_SECONDS = 2.5e-4;
  private static final double WAITING = 120;
  private static final double BACKWARD = 400;
  private static final double FORWARD = 1000;
  private static final double LIMIT = 675;
  private static final Sensor SENSOR = new Sensor(0, 1, false);
  private static final PowerModel MODEL = new PowerModel(Map.of(Instruction.FORWARD, 2));

  /**
   * Simulates random instructions and rests, and computes the true energy of each kind of
   * instruction.
   */
  private static final class Run {
    private final Segment segment;
    private final double[] joules = new double[2];
    private final int[] counts = new int[2];

    /**
     * @param limited whether forwards run at the power limit, else at their full power
     * @param forwards share of forwards among the instructions
     * @param longestRest longest rest in seconds
     */
    Run(boolean limited, double forwards, double longestRest) {
      Random random = new Random(7);
      int records = 500;
      Instruction[] kinds = new Instruction[records];
      double[] start = new double[records];
      double[] end = new double[records];
      double time = 1000;
      for (int i = 0; i < records; i++) {
        boolean forward = random.nextDouble() < forwards;
        kinds[i] = forward ? Instruction.FORWARD : Instruction.BACKWARD;
        start[i] = time + longestRest * random.nextDouble();
        end[i] = start[i] + 0.02 + 0.1 * random.nextDouble();
        time = end[i];
      }
      InstructionLog log =
          InstructionLog.of(Path.of("instructions-0.csv"), List.of(kinds), start, end);
      int every = 80;
      int readings = (int) ((time - 1000) / STEP_SECONDS / every) + 2;
      double[] times = new double[readings];
      double[] energies = new double[readings];
      double budget = 1;
      double energy = 1;
      int next = 0;
      for (int k = 0; k < readings * every; k++) {
        double now = 1000 + k * STEP_SECONDS;
        if (k % every == 0) {
          times[k / every] = now;
          energies[k / every] = energy + 0.05 * random.nextGaussian();
        }
        while (next < records && end[next] <= now) {
          next++;
        }
        double watts = WAITING;
        boolean spends = false;
        if (next < records && start[next] <= now) {
          boolean forward = kinds[next] == Instruction.FORWARD;
          spends = forward && limited;
          watts = forward ? spends ? budget * FORWARD + (1 - budget) * LIMIT : FORWARD : BACKWARD;
          joules[forward ? 1 : 0] += watts * STEP_SECONDS;
        }
        budget += STEP_SECONDS * (spends ? -budget / 0.1 : (1 - budget) / 0.03);
        energy += watts * STEP_SECONDS;
      }
      for (Instruction kind : kinds) {
        counts[kind == Instruction.FORWARD ? 1 : 0]++;
      }
      EnergyLog counter = EnergyLog.of(Path.of("time-energy-0.csv"), times, energies);
      segment = new Segment(log, counter, 0, records, start[0], time);
    }

    WindowFit fit(double limitWatts) {
      return new WindowFit(new Window(1980, List.of(segment), 1), SENSOR, MODEL, limitWatts);
    }
  }

  private static void assertTrueEnergies(Run run, WindowEnergy energy) {
    for (int k = 0; k < 2; k++) {
      InstructionEnergy found = energy.of(k == 1 ? Instruction.FORWARD : Instruction.BACKWARD);
      double error = found.energyJoules() - run.joules[k] / run.counts[k];
      assertThat(Math.abs(error)).isLessThan(2 * found.energyStderrJoules());
      assertThat(Math.abs(error)).isLessThan(0.005 * found.energyJoules());
    }
  }

  @Test
  void limitedInstructionIsFoundWithItsPower() {
    Run run = new Run(true, 0.5, 0.1);
    WindowEnergy energy = run.fit(LIMIT).energy(List.of());
    assertThat(energy.powerAtLimit().instructions()).containsExactly(Instruction.FORWARD);
    assertThat(energy.powerAtLimit().restedWatts()).isCloseTo(FORWARD, within(15.0));
    assertThat(energy.powerAtLimit().limitWatts()).isCloseTo(LIMIT, within(0.1));
    assertThat(energy.blockingWatts()).isCloseTo(WAITING, within(2 * energy.blockingStderrWatts()));
    assertTrueEnergies(run, energy);
  }

  @Test
  void fitWithoutALimitIsWorse() {
    WindowFit limited = new Run(true, 0.5, 0.1).fit(LIMIT);
    WindowFit plain = new Run(true, 0.5, 0.1).fit(Double.NaN);
    assertThat(limited.energy(List.of()).residualShare())
        .isLessThan(0.5 * plain.energy(List.of()).residualShare());
  }

  @Test
  void powerThatDoesNotDependOnWaitsIsNotLimited() {
    Run run = new Run(false, 0.5, 0.1);
    WindowEnergy energy = run.fit(LIMIT).energy(List.of());
    assertThat(energy).isEqualTo(run.fit(Double.NaN).energy(List.of()));
    assertThat(energy.powerAtLimit()).isNull();
    assertTrueEnergies(run, energy);
  }

  /** With a wrong limit, the fitted power after a wait is higher than any GPU can draw. */
  @Test
  void powerThatNoGpuCanDrawIsNotReported() {
    Run run = new Run(true, 0.5, 0.1);
    double limit = 0.5 * LIMIT;
    WindowFit fit = run.fit(limit);
    WindowEnergy energy = fit.energy(List.of());
    assertThat(energy.powerAtLimit()).isNull();
    assertThat(energy).isEqualTo(run.fit(Double.NaN).energy(List.of()));
    Segment phase = new Run(true, 1, 0).segment;
    PhaseEnergy predicted = fit.predict(0, phase, List.of(), PhaseConditions.SAME);
    PhaseEnergy plain = run.fit(Double.NaN).predict(0, phase, List.of(), PhaseConditions.SAME);
    assertThat(predicted.stderrJoules()).isGreaterThan(plain.stderrJoules());
  }

  @Test
  void otherPhasesArePredictedWithinTwoStandardErrors() {
    WindowFit fit = new Run(true, 0.5, 0.1).fit(LIMIT);
    for (double longestRest : new double[] {0, 0.02, 0.5}) {
      PhaseEnergy phase =
          fit.predict(3, new Run(true, 1, longestRest).segment, List.of(), PhaseConditions.SAME);
      assertThat(phase.rank()).isEqualTo(3);
      assertThat(Math.abs(phase.difference())).isLessThan(0.01);
      assertThat(2 * phase.stderrJoules()).isBetween(0.015 * phase.joules(), 0.2 * phase.joules());
      assertThat(phase.rmsShare()).isLessThan(0.02);
    }
  }

  @Test
  void withoutALimitOtherWaitsAreMispredicted() {
    WindowFit fit = new Run(true, 0.5, 0.1).fit(Double.NaN);
    PhaseEnergy phase =
        fit.predict(0, new Run(true, 1, 0).segment, List.of(), PhaseConditions.SAME);
    assertThat(phase.difference()).isGreaterThan(0.05);
  }

  /**
   * The host delays the end of every second instance in the predicted phase, and the GPU waits
   * meanwhile.
   */
  @Test
  void timeBeyondTheUsualDurationCountsAsWaiting() {
    Segment phase = new Run(true, 0.5, 0.6).segment;
    InstructionLog log = phase.instructions();
    double[] late = log.end().clone();
    for (int i = 0; i + 1 < late.length; i += 2) {
      late[i] = log.start()[i + 1];
    }
    WindowFit fit = new Run(true, 0.5, 0.1).fit(LIMIT);
    double exact = fit.predict(0, phase, List.of(), PhaseConditions.SAME).difference();
    PhaseEnergy slow =
        fit.predict(0, phase.withInstructions(log.withEnds(late)), List.of(), PhaseConditions.SAME);
    assertThat(exact).isCloseTo(0, within(0.01));
    assertThat(slow.difference()).isCloseTo(0, within(0.1));
    assertThat(Math.abs(slow.difference())).isLessThan(2 * slow.stderrJoules() / slow.joules());
  }

  /** The clock of the predicted phase is 5 % higher, so its power is 1.05^1.5 times as high. */
  @Test
  void powerRisesWithTheClockOfThePhase() {
    Run run = new Run(false, 0.5, 0.3);
    WindowFit fit = run.fit(Double.NaN);
    PhaseEnergy same = fit.predict(0, run.segment, List.of(), PhaseConditions.SAME);
    PhaseEnergy faster =
        fit.predict(0, run.segment, List.of(), new PhaseConditions(null, Math.log(1.05), 0));
    double computing = run.joules[0] + run.joules[1];
    double more = computing * (Math.pow(1.05, 1.5) - 1);
    assertThat(faster.predictedJoules() - same.predictedJoules())
        .isCloseTo(more, within(0.02 * more));
    assertThat(faster.stderrJoules()).isBetween(0.9 * more, 1.2 * more);
    PhaseEnergy unclear =
        fit.predict(0, run.segment, List.of(), new PhaseConditions(null, 0.01, 0.02));
    assertThat(unclear.predictedJoules()).isEqualTo(same.predictedJoules());
    assertThat(unclear.stderrJoules()).isGreaterThan(same.stderrJoules());
  }

  @Test
  void powerAtTheLimitStaysIfTheClockDiffers() {
    WindowFit fit = new Run(true, 0.5, 0.1).fit(LIMIT);
    Segment forwards = new Run(true, 1, 0).segment;
    PhaseEnergy same = fit.predict(0, forwards, List.of(), PhaseConditions.SAME);
    PhaseEnergy faster =
        fit.predict(0, forwards, List.of(), new PhaseConditions(null, Math.log(1.05), 0));
    assertThat(faster.predictedJoules()).isCloseTo(same.predictedJoules(), within(1.0));
    assertThat(faster.stderrJoules()).isGreaterThan(0.05 * faster.joules());
  }

  @Test
  void blockingPowerOfOtherRanksReplacesTheFittedOne() {
    Run run = new Run(false, 0.5, 0.3);
    WindowFit fit = run.fit(Double.NaN);
    MeanBlockingPower ofOthers = new MeanBlockingPower(1000, 5, 50 * 50);
    PhaseEnergy same = fit.predict(0, run.segment, List.of(), PhaseConditions.SAME);
    PhaseEnergy other =
        fit.predict(0, run.segment, List.of(), PhaseConditions.SAME.withBlocking(ofOthers));
    double waiting = run.segment.seconds() - (run.joules[0] / BACKWARD + run.joules[1] / FORWARD);
    assertThat(other.predictedJoules() - same.predictedJoules())
        .isCloseTo((200 - WAITING) * waiting, within(0.02 * 200 * waiting));
    assertThat(other.stderrJoules()).isGreaterThan(10 * waiting);
  }

  @Test
  void unknownInstructionIsRefusedByName() {
    WindowFit fit = new Run(true, 1, 0.1).fit(LIMIT);
    Segment other = new Run(true, 0.5, 0.1).segment;
    assertThatThrownBy(() -> fit.predict(0, other, List.of(), PhaseConditions.SAME))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "instructions-0.csv contains backward, which was not recorded at 1980 MHz, so its power"
                + " is unknown.");
  }

  @Test
  void phaseWithoutReadingsIsRefused() {
    Run run = new Run(true, 0.5, 0.1);
    Segment all = run.segment;
    EnergyLog unused =
        new EnergyLog(
            all.energy().file(),
            all.energy().times(),
            all.energy().energies(),
            new boolean[all.energy().size()]);
    WindowFit fit = run.fit(LIMIT);
    assertThatThrownBy(
            () -> fit.predict(0, all.with(unused, all.samples()), List.of(), PhaseConditions.SAME))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("time-energy-0.csv shows no increase of the energy counter");
  }
}
