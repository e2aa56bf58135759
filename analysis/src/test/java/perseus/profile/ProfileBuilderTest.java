package perseus.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.attribution.Attributions;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.Warnings;
import perseus.recording.run.RankOrder;
import perseus.recording.run.RecordingOptions;

/** Tests that recordings of ranks with known powers are joined to the right stage profiles. */
class ProfileBuilderTest {
  private static final int MICROBATCHES = 8;
  private static final int ITERATIONS = 12;

  @TempDir Path directory;

  /**
   * Writes the logs of a rank that draws 300 W during instructions and 100 W between them. The
   * counter is updated every 100 ms.
   */
  private void write(int rank, double forward) throws IOException {
    StringBuilder forwards = new StringBuilder("instruction,start,end\n");
    StringBuilder backwards = new StringBuilder();
    List<double[]> edges = new ArrayList<>();
    double time = 2000;
    double energy = 1000;
    edges.add(new double[] {time - 10, energy});
    energy += 1000;
    for (int i = 0; i < ITERATIONS * MICROBATCHES; i++) {
      forwards.append(line("forward_microstep", time, time + forward));
      backwards.append(line("backward_microstep", time + forward, time + 3 * forward));
      edges.add(new double[] {time, energy});
      energy += 300 * 3 * forward;
      edges.add(new double[] {time + 3 * forward, energy});
      double gap = 0.37 - 3 * forward + 0.11 * (i % 3);
      energy += 100 * gap;
      time += 3 * forward + gap;
    }
    edges.add(new double[] {time, energy});
    edges.add(new double[] {time + 10, energy + 1000});
    Files.writeString(
        directory.resolve("instructions-" + rank + ".csv"), forwards.toString() + backwards);
    StringBuilder readings = new StringBuilder("time,energy\n");
    int edge = 0;
    for (double t = 1995; t < time + 5; t += 0.1) {
      while (edges.get(edge + 1)[0] < t) {
        edge++;
      }
      double[] a = edges.get(edge);
      double[] b = edges.get(edge + 1);
      double value = a[1] + (b[1] - a[1]) * (t - a[0]) / (b[0] - a[0]);
      readings.append(String.format(Locale.ROOT, "%.7f,%.6f%n", t, value));
    }
    Files.writeString(directory.resolve("time-energy-" + rank + ".csv"), readings);
  }

  private static String line(String name, double start, double end) {
    return String.format(Locale.ROOT, "%s,%.7f,%.7f%n", name, start, end);
  }

  private StageProfile profile(String method) throws IOException {
    // The job has two pipelines of two stages. Ranks 0 and 2 run stage 0, and rank 2 is slower than
    // rank 0.
    double[] forwards = {0.05, 0.06, 0.055, 0.06};
    for (int rank = 0; rank < forwards.length; rank++) {
      write(rank, forwards[rank]);
    }
    Recording recording =
        Recording.open(
            List.of(directory),
            new RecordingOptions(
                MICROBATCHES, ITERATIONS, List.of(1410), 0, 2, 2, 1, RankOrder.DP_TP_PP, null));
    return ProfileBuilder.join(
        recording, Attributions.of(method).attribute(recording, Progress.NONE));
  }

  @Test
  void timeIsTheMaximumAndEnergyTheSumOverRanks() throws IOException {
    StageProfile profile = profile("deconvolution");
    assertThat(profile.rows()).hasSize(4);
    ProfileRow forward =
        profile.rows().stream()
            .filter(r -> r.stage() == 0 && r.instruction().equals(Instruction.FORWARD))
            .findFirst()
            .orElseThrow();
    assertThat(forward.timeSeconds()).isCloseTo(0.055, within(1e-6));
    assertThat(forward.energyJoules()).isCloseTo(300 * (0.05 + 0.055), within(0.1));
    assertThat(forward.quality().instances()).isEqualTo(MICROBATCHES * ITERATIONS);
    assertThat(profile.notes().gpusPerStage()).containsExactly(2, 2);
    assertThat(profile.notes().blockingWatts()).isCloseTo(100, within(0.5));
    assertThat(profile.notes().stageBlockingWatts()).allMatch(w -> Math.abs(w - 100) < 0.5);
    assertThat(profile.notes().lagSeconds()).isCloseTo(0, within(5e-4));
  }

  @Test
  void rowsThatARankLacksAreLeftOutWithOneWarningForEqualFrequencies() {
    Warnings warnings = new Warnings();
    IncompleteRows incomplete = new IncompleteRows();
    for (int frequency = 1410; frequency > 1200; frequency -= 15) {
      incomplete.add(1, Instruction.OPTIMIZER_STEP, frequency, 1, 2);
    }
    incomplete.add(0, Instruction.FORWARD, 1395, 3, 4);
    incomplete.add(0, Instruction.BACKWARD, 1395, 3, 4);
    incomplete.report(warnings);
    assertThat(warnings.sentences())
        .satisfiesExactly(
            warning ->
                assertThat(warning)
                    .contains("Stage 0", "backward, forward", "at 1395 MHz", "3 of its 4 ranks"),
            warning ->
                assertThat(warning)
                    .contains(
                        "Stage 1",
                        "optimizer_step",
                        "14 frequencies from 1410 to 1215 MHz",
                        "1 of its 2 ranks"));
  }

  @Test
  void interpolationIsTheDifferenceOfTheInterpolatedCounter() throws IOException {
    StageProfile profile = profile("interpolation");
    List<double[]> readings =
        Files.readAllLines(directory.resolve("time-energy-0.csv")).stream()
            .skip(1)
            .map(text -> text.split(","))
            .map(f -> new double[] {Double.parseDouble(f[0]), Double.parseDouble(f[1])})
            .toList();
    double joules = 0;
    int count = 0;
    for (int rank : new int[] {0, 2}) {
      List<double[]> counter = rank == 0 ? readings : null;
      if (counter == null) {
        counter =
            Files.readAllLines(directory.resolve("time-energy-2.csv")).stream()
                .skip(1)
                .map(text -> text.split(","))
                .map(f -> new double[] {Double.parseDouble(f[0]), Double.parseDouble(f[1])})
                .toList();
      }
      for (String text : Files.readAllLines(directory.resolve("instructions-" + rank + ".csv"))) {
        if (text.startsWith("forward")) {
          String[] fields = text.split(",");
          joules +=
              at(counter, Double.parseDouble(fields[2]))
                  - at(counter, Double.parseDouble(fields[1]));
          count++;
        }
      }
    }
    assertThat(count).isEqualTo(2 * MICROBATCHES * ITERATIONS);
    assertThat(profile.rows().get(1).instruction()).isEqualTo(Instruction.FORWARD);
    assertThat(profile.rows().get(1).energyJoules())
        .isCloseTo(joules / (MICROBATCHES * ITERATIONS), within(1e-6));
  }

  private static double at(List<double[]> counter, double time) {
    int i = 1;
    while (counter.get(i)[0] < time) {
      i++;
    }
    double[] a = counter.get(i - 1);
    double[] b = counter.get(i);
    return a[1] + (b[1] - a[1]) * (time - a[0]) / (b[0] - a[0]);
  }
}
