package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      double truth = meanJoules(computations.get(row.stage()), row, manifest.schedules());
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
        new ArrayList<>(List.of("gpt3-nano", 4, 8, "--pp", RANKS, "--gpu", "nvml"));
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

  /** The mean energy that the stub counted for the computations of a row of the profile. */
  private static double meanJoules(
      List<String[]> computations, ProfileRow row, List<RunManifest.Schedule> schedules) {
    int iterations = schedules.get(schedules.size() - 1).lastIteration();
    int perIteration = computations.size() / iterations;
    assertThat(computations).hasSize(perIteration * iterations);
    List<Double> joules = new ArrayList<>();
    for (RunManifest.Schedule schedule : schedules) {
      if (!schedule.warmup() && schedule.frequencyMhz() == row.frequencyMhz()) {
        computations
            .subList(
                (schedule.firstIteration() - 1) * perIteration,
                schedule.lastIteration() * perIteration)
            .stream()
            .filter(done -> done[0].equals(row.instruction().name()))
            .forEach(done -> joules.add(Double.valueOf(done[2])));
      }
    }
    return joules.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
