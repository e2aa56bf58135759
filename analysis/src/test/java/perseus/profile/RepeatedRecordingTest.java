package perseus.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import perseus.attribution.Attributions;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.IterationRange;
import perseus.recording.run.RecordingOptions;

/** Tests that three real recordings of one job on H200 GPUs give equal energies. */
class RepeatedRecordingTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/h200-pp2");

  private static List<RankEnergy> attribute(String name, int iterations) {
    RecordingOptions options =
        new RecordingOptions(
            16,
            iterations,
            List.of(1980),
            0,
            null,
            null,
            null,
            null,
            new IterationRange(3, iterations));
    Recording recording = Recording.open(List.of(DIRECTORY.resolve(name)), options);
    return Attributions.of("deconvolution").attribute(recording, Progress.NONE).ranks();
  }

  private static Map<String, InstructionEnergy> energies(String name, int iterations) {
    Map<String, InstructionEnergy> energies = new TreeMap<>();
    for (RankEnergy rank : attribute(name, iterations)) {
      WindowEnergy window = rank.windows().get(0);
      assertThat(window.r2()).isGreaterThan(0.9);
      assertThat(window.attributedJoules() / window.counterJoules()).isBetween(0.99, 1.01);
      for (Instruction instruction : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
        energies.put(rank.place().ppRank() + " " + instruction, window.of(instruction));
      }
    }
    return energies;
  }

  @Test
  void energiesOfOneJobAgreeWithinTheirStandardErrors() {
    List<Map<String, InstructionEnergy>> all =
        List.of(energies("a", 20), energies("b", 20), energies("c", 45));
    for (Map<String, InstructionEnergy> one : all) {
      for (Map<String, InstructionEnergy> other : all) {
        one.forEach((key, energy) -> assertEqualWithinErrors(key, energy, other.get(key)));
      }
    }
  }

  private static void assertEqualWithinErrors(
      String key, InstructionEnergy one, InstructionEnergy other) {
    double difference = Math.abs(one.energyJoules() - other.energyJoules());
    double error = Math.hypot(one.energyStderrJoules(), other.energyStderrJoules());
    assertThat(difference).as(key).isLessThanOrEqualTo(3 * error);
    assertThat(difference).as(key).isLessThan(0.07 * one.energyJoules());
  }
}
