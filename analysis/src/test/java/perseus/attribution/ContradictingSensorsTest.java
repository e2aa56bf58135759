package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/** Damages one of the two sensors of simulated ranks, and compares the energies with the truth. */
@Tag("slow")
class ContradictingSensorsTest {
  private static final String SAMPLES = "power-samples-";
  private static final String COUNTER = "time-energy-";

  @TempDir Path directory;

  private final SimulatedRun run = new SimulatedRun();
  private Recording recording;

  @BeforeEach
  void simulate() throws IOException {
    run.stages = 3;
    run.microbatches = 8;
    run.lowPassSeconds = 0.0125;
    run.samples = true;
    run.noise = 0.003;
    run.jitter = 0.01;
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

  private record Reading(double time, double value) {}

  private void rewrite(String log, int rank, DoubleUnaryOperator time, double factor)
      throws IOException {
    Path file = directory.resolve(log + rank + ".csv");
    List<String> lines = Files.readAllLines(file);
    List<Reading> readings = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      double seconds = time.applyAsDouble(Double.parseDouble(cells[0]));
      readings.add(new Reading(seconds, factor * Double.parseDouble(cells[1])));
    }
    readings.sort(Comparator.comparingDouble(Reading::time));
    List<String> changed = new ArrayList<>(lines.subList(0, 1));
    for (Reading reading : readings) {
      changed.add(String.format(Locale.ROOT, "%.6f,%.3f", reading.time, reading.value));
    }
    Files.write(file, changed);
  }

  /** Returns the relative error of each energy. */
  private void assertErrors(Attributed found, double limit, double limitInStderrs) {
    for (RankEnergy rank : found.ranks()) {
      for (boolean forward : new boolean[] {true, false}) {
        InstructionEnergy energy =
            rank.windows().get(0).of(forward ? Instruction.FORWARD : Instruction.BACKWARD);
        double truth = run.joules(rank.place().ppRank(), forward, 0);
        double error = Math.abs(energy.energyJoules() - truth);
        assertThat(error)
            .as("rank %d %s", rank.place().rank(), energy.instruction())
            .isLessThan(Math.max(limit * truth, limitInStderrs * energy.energyStderrJoules()));
      }
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
    String moved = log.equals(SAMPLES) ? "power samples" : "energy counter";
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("rank 1 differ by", "the times of the " + moved + " were corrected");
  }

  @Test
  void samplesWhoseClockDriftsAreCorrected() throws IOException {
    rewrite(SAMPLES, 2, time -> time + 5e-4 * (time - 1.7e9), 1);
    assertErrors(attribute(), 0.01, 0);
    assertThat(warnings()).singleElement().asString().contains("rank 2 drift apart by");
  }

  @Test
  void counterWhoseClockDriftsDoesNotChangeTheEnergies() throws IOException {
    rewrite(COUNTER, 2, time -> time + 5e-4 * (time - 1.7e9), 1);
    assertErrors(attribute(), 0.01, 0);
    assertThat(warnings()).singleElement().asString().contains("rank 2 ");
  }

  @Test
  void driftOfOneRankLeavesTheLagOfTheOthers() throws IOException {
    rewrite(SAMPLES, 0, time -> time + 2e-4 * (time - 1.7e9), 1);
    rewrite(COUNTER, 0, time -> time + 2e-4 * (time - 1.7e9), 1);
    Attributed found = attribute();
    assertErrors(found, 0.01, 0);
    assertThat(found.sensor().samples().lagSeconds()).isBetween(0.019, 0.021);
    assertThat(warnings()).singleElement().asString().contains("rank 0 drift apart by");
  }

  @Test
  void samplesWithRandomTimesAreLeftOut() throws IOException {
    Random random = new Random(3);
    rewrite(SAMPLES, 1, time -> time + 0.06 * random.nextDouble(), 1);
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
    Files.delete(directory.resolve(SAMPLES + "0.csv"));
    Files.delete(directory.resolve(SAMPLES + "2.csv"));
    Attributed some = attribute();
    assertErrors(some, 0.02, 2);
    for (Instruction kind : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
      double before = all.ranks().get(1).windows().get(0).of(kind).energyJoules();
      assertThat(some.ranks().get(1).windows().get(0).of(kind).energyJoules())
          .isCloseTo(before, withinPercentage(0.5));
    }
  }
}
