package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.result.Attributed;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/** Damages one of the two sensors of simulated ranks, and compares the energies with the truth. */
@Tag("slow")
class ContradictingSensorsTest {
  @TempDir Path directory;

  private final SimulatedRun run = SimulatedRun.ofThreeStages();
  private Recording recording;

  @BeforeEach
  void simulate() throws IOException {
    run.samples = true;
    run.secondsPerFrequency = 60;
    run.write(directory);
  }

  private Attributed attribute() {
    recording = Recording.open(List.of(directory), run.options());
    return new Deconvolution().attribute(recording, Progress.NONE);
  }

  private List<String> warnings() {
    return recording.warnings().list().stream().map(Warning::message).toList();
  }

  private void rewrite(String log, int rank, DoubleUnaryOperator time, double factor)
      throws IOException {
    SensorLogs.rewrite(directory, log, rank, time, factor);
  }

  private void assertErrors(Attributed found, double limit, double limitInStderrs) {
    for (EnergyError error : EnergyError.of(run, found.ranks())) {
      assertThat(Math.abs(error.joules()))
          .as(error.what())
          .isLessThan(
              Math.max(
                  limit * error.trueJoules(),
                  limitInStderrs * error.energy().energyStderrJoules()));
    }
  }

  @Test
  void undamagedRanksGiveNoWarning() {
    assertErrors(attribute(), 0.01, 0);
    assertThat(warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "power-samples-, 1",
    "power-samples-, -0.3",
    "time-energy-, 1",
    "time-energy-, -0.07"
  })
  void sensorWithAnotherClockIsMoved(String log, double seconds) throws IOException {
    rewrite(log, 1, time -> time + seconds, 1);
    assertErrors(attribute(), 0.01, 0);
    String moved = log.equals(SensorLogs.SAMPLES) ? "power samples" : "energy counter";
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("rank 1 differ by", "the times of the " + moved + " were corrected");
  }

  @Test
  void samplesWhoseClockDriftsAreCorrected() throws IOException {
    rewrite(SensorLogs.SAMPLES, 2, time -> time + 5e-4 * (time - 1.7e9), 1);
    assertErrors(attribute(), 0.01, 0);
    assertThat(warnings()).singleElement().asString().contains("rank 2 drift apart by");
  }

  @Test
  void counterWhoseClockDriftsDoesNotChangeTheEnergies() throws IOException {
    rewrite(SensorLogs.COUNTER, 2, time -> time + 5e-4 * (time - 1.7e9), 1);
    assertErrors(attribute(), 0.01, 0);
    assertThat(warnings()).singleElement().asString().contains("rank 2 ");
  }

  @Test
  void driftOfOneRankLeavesTheLagOfTheOthers() throws IOException {
    rewrite(SensorLogs.SAMPLES, 0, time -> time + 2e-4 * (time - 1.7e9), 1);
    rewrite(SensorLogs.COUNTER, 0, time -> time + 2e-4 * (time - 1.7e9), 1);
    Attributed found = attribute();
    assertErrors(found, 0.01, 0);
    assertThat(found.sensor().samples().lagSeconds()).isBetween(0.019, 0.021);
    assertThat(warnings()).singleElement().asString().contains("rank 0 drift apart by");
  }

  @Test
  void samplesWithRandomTimesAreLeftOut() throws IOException {
    Random random = new Random(3);
    rewrite(SensorLogs.SAMPLES, 1, time -> time + 0.06 * random.nextDouble(), 1);
    assertErrors(attribute(), 0.02, 2);
    assertThat(warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains("rank 1 contradict each other", "the samples of this rank are left"));
  }

  @ParameterizedTest
  @CsvSource({"power-samples-, 1.06", "time-energy-, 0.94"})
  void standardErrorsCoverASensorWithAWrongScale(String log, double factor) throws IOException {
    rewrite(log, 0, time -> time, factor);
    assertErrors(attribute(), 0.01, 2);
    assertThat(warnings())
        .anySatisfy(warning -> assertThat(warning).contains("rank 0 contradict each other"));
  }

  @Test
  void samplesOfOneRankChangeTheEnergiesOfNoOther() throws IOException {
    Attributed all = attribute();
    Files.delete(directory.resolve(SensorLogs.SAMPLES + "0.csv"));
    Files.delete(directory.resolve(SensorLogs.SAMPLES + "2.csv"));
    Attributed some = attribute();
    assertErrors(some, 0.02, 2);
    for (Instruction kind : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
      double before = all.ranks().get(1).windows().get(0).of(kind).energyJoules();
      assertThat(some.ranks().get(1).windows().get(0).of(kind).energyJoules())
          .isCloseTo(before, withinPercentage(0.5));
    }
  }
}
