package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;

/**
 * Compares interpolation with an independent implementation of the formulas in the published
 * script.
 */
class InterpolationTest {
  @TempDir Path directory;

  private static List<double[]> numbers(Path file, String prefix) throws IOException {
    List<double[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file).subList(1, Files.readAllLines(file).size())) {
      if (line.startsWith(prefix)) {
        String[] fields = line.split(",");
        int n = fields.length;
        rows.add(
            new double[] {Double.parseDouble(fields[n - 2]), Double.parseDouble(fields[n - 1])});
      }
    }
    return rows;
  }

  /**
   * Returns the value of the counter at {@code time}, interpolated linearly between the readings
   * before and after {@code time}.
   */
  private static double interpolated(List<double[]> counter, double time) {
    int i = 1;
    while (counter.get(i)[0] < time) {
      i++;
    }
    double[] a = counter.get(i - 1);
    double[] b = counter.get(i);
    return a[1] + (b[1] - a[1]) * (time - a[0]) / (b[0] - a[0]);
  }

  @Test
  void timesAndEnergiesAreThoseOfThePublishedScript() throws IOException {
    SimulatedRun run = new SimulatedRun();
    run.frequencies = new int[] {1410, 1200, 1000};
    run.secondsPerFrequency = 20;
    run.write(directory);
    Recording recording = Recording.open(List.of(directory), run.options());
    Attributed attributed = Attributions.of("interpolation").attribute(recording, Progress.NONE);
    int perWindow = run.microbatches * run.iterationsPerFrequency;
    for (RankEnergy rank : attributed.ranks()) {
      int r = rank.place().rank();
      List<double[]> counter = numbers(directory.resolve("time-energy-" + r + ".csv"), "");
      for (Instruction kind : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
        List<double[]> records =
            numbers(directory.resolve("instructions-" + r + ".csv"), kind.logName());
        for (int f = 0; f < run.frequencies.length; f++) {
          double seconds = 0;
          double joules = 0;
          for (double[] record : records.subList(f * perWindow, (f + 1) * perWindow)) {
            seconds += record[1] - record[0];
            joules += interpolated(counter, record[1]) - interpolated(counter, record[0]);
          }
          InstructionEnergy energy = rank.windows().get(f).of(kind);
          assertThat(energy.durations().mean()).isCloseTo(seconds / perWindow, within(1e-9));
          assertThat(energy.energyJoules()).isCloseTo(joules / perWindow, within(1e-6));
        }
      }
    }
  }
}
