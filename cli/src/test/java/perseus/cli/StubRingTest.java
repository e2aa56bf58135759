package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.stretched.StretchedTensors;
import perseus.cli.train.TrainCommand;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;
import perseus.recording.run.RunManifest;

/**
 * Profiles, analyzes and replays training on stub GPUs whose energies are known. The stub's power
 * follows its locked clock and the CPU time of the rank, and computations are stretched to its
 * clock.
 */
@Tag("slow")
class StubRingTest {
  private static final int RANKS = 2;
  private static final int MICROBATCHES = 8;

  @TempDir Path home;

  @Test
  void everyStageEnergyIsWithinTwoStandardErrorsOfTheTruth() throws Exception {
    StubHost host = StubHost.in(home);
    host.gpus().set("clocks", "1980,1380,200");
    Path run = home.resolve("run");
    Path analysis = home.resolve("analysis");
    try (RankJob job = train(host, "--export_timing_csv", true, "--output_dir", run)) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
    // A replay overwrites the files of the stub.
    List<List<String[]>> computations = computations();
    try (RankJob job =
        host.start(AnalyzeCommand.class, Map.of(), List.of(run, "-o", analysis, "--no-charts"))) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
    StageProfile profile = StageProfile.read(analysis.resolve("profile.csv"));
    RunManifest manifest = RunManifest.read(run.resolve(RunManifest.FILE_NAME));
    List<String> checked = new ArrayList<>();
    for (ProfileRow row : profile.rows()) {
      if (!row.instruction().isComputation()) {
        continue;
      }
      double truth = meanJoules(computations, row, manifest.schedules());
      assertThat(row.energyJoules())
          .as("%s, true energy %.2f J", row, truth)
          .isCloseTo(truth, within(2 * row.quality().energyStderrJoules()));
      checked.add(row.stage() + row.instruction().name() + row.frequencyMhz());
    }
    assertThat(checked).doesNotHaveDuplicates().hasSize(RANKS * 2 * 4);

    Path plan = analysis.resolve("plans");
    try (RankJob job =
        train(host, "--plan", firstOf(plan), "--output_dir", home.resolve("replay"))) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.out()).contains("all-max");
    }
    assertThat(host.gpus().lockedClocks()).isEmpty();
  }

  private static RankJob train(StubHost host, Object... more) throws IOException {
    List<Object> arguments =
        new ArrayList<>(List.of("gpt3-nano", 4, MICROBATCHES, "--pp", RANKS, "--gpu", "nvml"));
    arguments.addAll(List.of("--num_prof_steps", 3));
    arguments.addAll(List.of("--rank_tensors", StretchedTensors.Zoo.class.getName()));
    arguments.addAll(List.of(more));
    return host.start(TrainCommand.class, Map.of(), arguments);
  }

  private static Path firstOf(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.sorted().findFirst().orElseThrow();
    }
  }

  /** The computations of each rank, in order: kind, seconds, joules. */
  private List<List<String[]>> computations() throws IOException {
    List<List<String[]>> all = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      Path file = home.resolve("gpus").resolve("computations-" + rank + ".csv");
      all.add(Files.readAllLines(file).stream().map(row -> row.split(",")).toList());
    }
    return all;
  }

  /**
   * The mean energy that the stub counted for the computations of a row of the profile. The
   * analysis leaves out slow iterations, so only as many iterations count as the profile has, the
   * fastest ones.
   */
  private static double meanJoules(
      List<List<String[]>> computations, ProfileRow row, List<RunManifest.Schedule> schedules) {
    RunManifest.Schedule schedule =
        schedules.stream()
            .filter(each -> !each.warmup() && each.frequencyMhz() == row.frequencyMhz())
            .findFirst()
            .orElseThrow();
    int iterations = schedules.get(schedules.size() - 1).lastIteration();
    return IntStream.range(schedule.firstIteration() - 1, schedule.lastIteration())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> seconds(computations, i, iterations)))
        .limit(row.quality().instances() / MICROBATCHES)
        .flatMap(i -> ofIteration(computations.get(row.stage()), i, iterations))
        .filter(done -> done[0].equals(row.instruction().name()))
        .mapToDouble(done -> Double.parseDouble(done[2]))
        .average()
        .orElseThrow();
  }

  private static double seconds(List<List<String[]>> computations, int iteration, int iterations) {
    return computations.stream()
        .flatMap(rank -> ofIteration(rank, iteration, iterations))
        .mapToDouble(done -> Double.parseDouble(done[1]))
        .sum();
  }

  private static Stream<String[]> ofIteration(List<String[]> rank, int iteration, int iterations) {
    int size = rank.size() / iterations;
    return rank.subList(iteration * size, (iteration + 1) * size).stream();
  }
}
