package perseus.control.replan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Instruction;
import perseus.profile.ProfileRow;

/** Tests how a profile is rescaled. */
class DriftTest {
  private static final Cell.Work FORWARD = new Cell.Work(0, Instruction.FORWARD);
  private static final Cell.Work BACKWARD = new Cell.Work(0, Instruction.BACKWARD);

  private static ProfileRow rescaled(Drift drift, Instruction instruction, int clock) {
    return drift.rescale(List.of(new ProfileRow(0, instruction, clock, 1, 100))).get(0);
  }

  private static Map<Cell, Ratio> forwards(double at1400, double at1000, long values) {
    return Map.of(
        new Cell(FORWARD, 1400), new Ratio(at1400, 0.001, values),
        new Cell(FORWARD, 1000), new Ratio(at1000, 0.001, 2),
        new Cell(BACKWARD, 1400), new Ratio(1.01, 0.001, 2));
  }

  @Test
  void ratiosAreLinearBetweenMeasuredClocksAndConstantBeyondThem() {
    Drift drift =
        Drift.of(
            List.of(new RoundRatios(forwards(1.1, 1.02, 2), Map.of())), Set.of(FORWARD), Set.of());
    assertThat(rescaled(drift, Instruction.FORWARD, 1410).timeSeconds())
        .isCloseTo(1.1, within(1e-12));
    assertThat(rescaled(drift, Instruction.FORWARD, 1300).timeSeconds())
        .isCloseTo(1.08, within(1e-12));
    assertThat(rescaled(drift, Instruction.FORWARD, 855).timeSeconds())
        .isCloseTo(1.02, within(1e-12));
    assertThat(rescaled(drift, Instruction.FORWARD, 1300).powerWatts())
        .isCloseTo(100, within(1e-9));
    assertThat(rescaled(drift, Instruction.BACKWARD, 1400).timeSeconds()).isEqualTo(1);
    assertThat(rescaled(drift, Instruction.LOAD, 1400).timeSeconds()).isEqualTo(1);
  }

  @Test
  void roundsAreWeightedByTheirNumberOfExecutions() {
    Drift drift =
        Drift.of(
            List.of(
                new RoundRatios(forwards(1.1, 1, 30), Map.of()),
                new RoundRatios(forwards(1.2, 1, 10), Map.of())),
            Set.of(FORWARD),
            Set.of());
    assertThat(rescaled(drift, Instruction.FORWARD, 1400).timeSeconds())
        .isCloseTo(1.125, within(1e-12));
  }

  private static Drift withEnergy(double ratio, double forwardJoules, Set<Cell.Work> moved) {
    RoundRatios.PositionEnergy energy =
        new RoundRatios.PositionEnergy(
            new Ratio(ratio, 0.001, 5),
            Map.of(
                new Cell(FORWARD, 1400),
                forwardJoules,
                new Cell(BACKWARD, 1400),
                1000 - forwardJoules));
    return Drift.of(
        List.of(new RoundRatios(forwards(1.1, 1, 5), Map.of(0, energy))), moved, Set.of(0));
  }

  private static double watts(Drift drift, Instruction instruction, int clock) {
    return rescaled(drift, instruction, clock).powerWatts();
  }

  @Test
  void powerChangesWhereTimesHaveChanged() {
    // The profile predicts 300 J for the forwards, of 1000 J in total. Forwards now take 1.1 times
    // as long at 1400 MHz.
    Drift drift = withEnergy(0.997, 300, Set.of(FORWARD));
    assertThat(watts(drift, Instruction.FORWARD, 1400)).isCloseTo(90, within(1e-9));
    assertThat(watts(drift, Instruction.FORWARD, 1200)).isCloseTo(95, within(1e-9));
    assertThat(watts(drift, Instruction.FORWARD, 1000)).isCloseTo(100, within(1e-9));
    assertThat(watts(drift, Instruction.BACKWARD, 1400)).isCloseTo(100, within(1e-9));
  }

  @Test
  void powerChangesEverywhereIfFewOrNoTimesHaveChanged() {
    Drift power = withEnergy(1.2, 300, Set.of());
    assertThat(watts(power, Instruction.FORWARD, 1000)).isCloseTo(120, within(1e-9));
    assertThat(watts(power, Instruction.BACKWARD, 1400)).isCloseTo(120, within(1e-9));
    assertThat(rescaled(power, Instruction.FORWARD, 1400).timeSeconds()).isEqualTo(1);
    // The profile predicts only 50 J for the forwards (55 J with their new times). A change of
    // their power alone cannot explain 200 J more.
    Drift few = withEnergy(1.2, 50, Set.of(FORWARD));
    assertThat(watts(few, Instruction.BACKWARD, 1400)).isCloseTo(120 / 1.005, within(1e-9));
    assertThat(watts(few, Instruction.FORWARD, 1400)).isCloseTo(120 / 1.005, within(1e-9));
  }

  @Test
  void deviationMustExceedTheToleranceByTwoStandardErrors() {
    assertThat(new Ratio(1.03, 0.004, 9).sideBeyond(0.02)).isEqualTo(1);
    assertThat(new Ratio(0.97, 0.004, 9).sideBeyond(0.02)).isEqualTo(-1);
    assertThat(new Ratio(1.03, 0.006, 9).sideBeyond(0.02)).isZero();
    assertThat(new Ratio(1.5, Double.NaN, 1).sideBeyond(0.02)).isZero();
  }
}
