package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.attribution.Deconvolution;
import perseus.attribution.activity.Activity;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.stretched.StretchedTensors;
import perseus.cli.train.TrainCommand;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.run.RecordingOptions;
import perseus.recording.run.RunManifest;

/**
 * Profiles, analyzes and replays training on stub GPUs (simulated by a stub of NVIDIA's driver),
 * whose true energies are known. The power of a stub GPU depends on its locked clock and on the CPU
 * time of the rank. Computations are made longer at lower clocks ({@link
 * perseus.cli.stretched.StretchedTensors}).
 */
@Tag("measured")
class StubRingTest {
  /** Time constant in milliseconds of the low-pass of the stub's power sensor, as on H200 GPUs. */
  private static final double LOW_PASS_MILLIS = 12.5;

  private static final int RANKS = 2;
  private static final int MICROBATCHES = 8;

  @TempDir Path home;

  @Test
  void stageEnergiesAreWithinTwoStandardErrorsOfTheTruth() throws Exception {
    StubHost host = StubHost.in(home);
    host.gpus().set("clocks", "1980,1380,200").set("sample_filter_ms", LOW_PASS_MILLIS);
    Path run = home.resolve("run");
    Path analysis = home.resolve("analysis");
    try (RankJob job = train(host, "--export_timing_csv", true, "--output_dir", run)) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
    // The computations are read now, because a replay overwrites the files of the stub.
    List<List<String[]>> computations = computations();
    try (RankJob job =
        host.start(AnalyzeCommand.class, Map.of(), List.of(run, "-o", analysis, "--no-charts"))) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
    List<RunManifest.Schedule> schedules =
        RunManifest.read(run.resolve(RunManifest.FILE_NAME)).schedules();
    Recording recording = Recording.open(List.of(run), RecordingOptions.NONE);
    Map<String, Double> errors = new TreeMap<>();
    for (RankEnergy rank : new Deconvolution().attribute(recording, Progress.NONE).ranks()) {
      for (WindowEnergy window : rank.windows()) {
        RunManifest.Schedule schedule = schedule(schedules, window.frequencyMhz());
        for (Instruction kind : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
          Estimate estimate = Estimate.of(window, kind);
          double truth =
              meanJoules(computations, rank.place().rank(), kind, schedule, estimate.iterations());
          errors.put(
              "%s of rank %d at %d MHz: %s, true energy %.2f J"
                  .formatted(kind, rank.place().rank(), window.frequencyMhz(), estimate, truth),
              Math.abs(estimate.joules() - truth) / estimate.stderrJoules());
        }
      }
    }
    assertThat(errors).hasSize(RANKS * 4 * 2);
    // Of 16 normally distributed errors, at least one exceeds two standard errors with a
    // probability of about 52 %. Therefore, one error above two standard errors is permitted.
    assertThat(errors.values()).as(errors.toString()).allMatch(error -> error < 3.5);
    assertThat(errors.values().stream().filter(error -> error > 2).count())
        .as(errors.toString())
        .isLessThanOrEqualTo(1);

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

  /**
   * Returns the computations of each rank in order of execution, each as kind, seconds and joules.
   */
  private List<List<String[]>> computations() throws IOException {
    List<List<String[]>> all = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      Path file = home.resolve("gpus").resolve("computations-" + rank + ".csv");
      all.add(Files.readAllLines(file).stream().map(row -> row.split(",")).toList());
    }
    return all;
  }

  /**
   * Holds the mean energy of all instances of an instruction. The mean includes typical instances
   * and instances with a separate power.
   *
   * @param stderrJoules upper bound of the standard error, because errors may be correlated
   */
  private record Estimate(int iterations, double joules, double stderrJoules) {
    static Estimate of(WindowEnergy window, Instruction kind) {
      double count = 0;
      double joules = 0;
      double errors = 0;
      for (InstructionEnergy energy :
          Stream.concat(window.instructions().stream(), window.special().stream()).toList()) {
        if (Activity.instruction(energy.instruction()).equals(kind)) {
          count += energy.durations().count();
          joules += energy.durations().count() * energy.energyJoules();
          errors += energy.durations().count() * energy.energyStderrJoules();
        }
      }
      return new Estimate((int) count / MICROBATCHES, joules / count, errors / count);
    }
  }

  private static RunManifest.Schedule schedule(
      List<RunManifest.Schedule> schedules, int frequencyMhz) {
    return schedules.stream()
        .filter(schedule -> !schedule.warmup() && schedule.frequencyMhz() == frequencyMhz)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Returns the mean energy in joules that the stub measured for the computations of a kind.
   * Because the analysis leaves out slow iterations, the mean includes only the fastest iterations.
   *
   * @param used number of iterations that the analysis has used
   */
  private static double meanJoules(
      List<List<String[]>> computations,
      int rank,
      Instruction kind,
      RunManifest.Schedule schedule,
      int used) {
    return IntStream.range(schedule.firstIteration() - 1, schedule.lastIteration())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> seconds(computations, i)))
        .limit(used)
        .flatMap(i -> ofIteration(computations.get(rank), i))
        .filter(done -> done[0].equals(kind.name()))
        .mapToDouble(done -> Double.parseDouble(done[2]))
        .average()
        .orElseThrow();
  }

  private static double seconds(List<List<String[]>> computations, int iteration) {
    return computations.stream()
        .flatMap(rank -> ofIteration(rank, iteration))
        .mapToDouble(done -> Double.parseDouble(done[1]))
        .sum();
  }

  /**
   * Returns the rows of one iteration, which consists of forwards, backwards and one optimizer
   * step.
   */
  private static Stream<String[]> ofIteration(List<String[]> rank, int iteration) {
    int size = 2 * MICROBATCHES + 1;
    return rank.subList(iteration * size, (iteration + 1) * size).stream();
  }
}
