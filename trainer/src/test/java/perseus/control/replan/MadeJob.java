package perseus.control.replan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import perseus.control.JobInfo;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.RoundResults;
import perseus.parallel.Degrees;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planfile.PlanDirectory;
import perseus.planfile.PlanFormat;
import perseus.planfile.PlanSummary;
import perseus.planfile.PlannedProblem;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * Simulates the reports of a job with two stages. The reports are computed from a profile that the
 * tests call the truth. It may differ from the profile from which the job's plans were made.
 */
final class MadeJob {
  static final int STAGES = 2;
  static final int MICROBATCHES = 4;
  static final List<Integer> CLOCKS = List.of(1410, 1305, 1200, 1095);
  private static final int ITERATIONS = 5;
  private static final double WATTS = 80;

  private MadeJob() {}

  static JobInfo info(int pipelines, boolean simulated) {
    return new JobInfo("merak", "m", "uniform", new Degrees(STAGES, pipelines, 1), 1, MICROBATCHES)
        .onGpus(simulated);
  }

  static List<RankInfo> ranks(int pipelines, List<Integer> clocks) {
    List<RankInfo> ranks = new ArrayList<>();
    for (int rank = 0; rank < STAGES * pipelines; rank++) {
      int stage = rank % STAGES;
      List<PipeInstruction> steps = new ArrayList<>(List.of(PipeInstruction.LOAD));
      Schedules.ONE_FORWARD_ONE_BACKWARD
          .rankSteps(stage, STAGES, MICROBATCHES)
          .forEach(step -> steps.add(PipeInstruction.ofComputation(step.instruction().name())));
      ranks.add(new RankInfo(rank, rank / STAGES, stage, 0, steps, clocks));
    }
    return ranks;
  }

  /**
   * Returns a profile whose times and energies are multiplied by factors. Two functions return the
   * factors for each row.
   */
  static StageProfile profile(
      boolean simulated, ToDoubleFunction<ProfileRow> time, ToDoubleFunction<ProfileRow> energy) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int stage = 0; stage < STAGES; stage++) {
      for (int clock : CLOCKS) {
        double slowdown = 0.8 * 1410 / clock + 0.2;
        double watts = 100 + 200 * Math.pow(clock / 1410.0, 3);
        for (Instruction instruction : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
          double base = instruction.equals(Instruction.FORWARD) ? 0.05 : 0.1;
          double seconds = base * (1 + 0.1 * stage) * slowdown;
          ProfileRow row = new ProfileRow(stage, instruction, clock, seconds, watts * seconds);
          rows.add(row.scaled(time.applyAsDouble(row), energy.applyAsDouble(row)));
        }
      }
    }
    ProfileNotes notes =
        ProfileNotes.none("a test").withBlocking(List.of(WATTS, WATTS), List.of(1, 1));
    return new StageProfile(rows, simulated ? notes.onSimulatedGpus() : notes);
  }

  static StageProfile profile() {
    return profile(false, row -> 1, row -> 1);
  }

  /**
   * Returns a profile in which all times of one stage are longer by a factor, and its powers are
   * unchanged.
   */
  static StageProfile slower(int stage, double factor) {
    ToDoubleFunction<ProfileRow> change = row -> row.stage() == stage ? factor : 1;
    return profile(false, change, change);
  }

  static PlanningProblem problem(StageProfile profile) {
    return PlanningProblem.of(profile, Schedules.ONE_FORWARD_ONE_BACKWARD, MICROBATCHES);
  }

  static Path writePlans(Path directory, StageProfile profile) {
    Frontier frontier = Planners.PERSEUS.plan(problem(profile), new PlanRequest(6));
    PlanDirectory.write(
        directory,
        frontier,
        PlanSummary.of(frontier, profile, "perseus", List.of(), List.of()),
        PlanFormat.LOWTIME,
        into -> profile.write(into.resolve(PlannedProblem.PROFILE_FILE_NAME)));
    return directory;
  }

  /**
   * Returns the reports of all ranks in a round.
   *
   * @param frequencies the plan that the ranks run
   * @param slowdowns for each pipeline, the factor by which its times and energies are multiplied
   * @param noise relative standard deviation of the times and energies
   */
  static RoundResults report(
      List<RankInfo> ranks,
      StageProfile truth,
      Plan frequencies,
      double[] slowdowns,
      double noise,
      Random random) {
    Plan plan = frequencies.in(problem(truth));
    List<RankResult> results = new ArrayList<>();
    for (RankInfo rank : ranks) {
      double factor = slowdowns[rank.dpRank()];
      double[] times = new double[ITERATIONS];
      double[] energies = new double[ITERATIONS];
      double[][] forwards = new double[ITERATIONS][];
      double[][] backwards = new double[ITERATIONS][];
      List<ProfileRow> rows = plan.computations(rank.ppRank());
      for (int i = 0; i < ITERATIONS; i++) {
        double busy = rows.stream().mapToDouble(ProfileRow::timeSeconds).sum();
        double joules = rows.stream().mapToDouble(ProfileRow::energyJoules).sum();
        times[i] = factor * plan.timeSeconds();
        energies[i] =
            factor * (joules * noisy(noise, random) + WATTS * (plan.timeSeconds() - busy));
        forwards[i] = seconds(rows, Instruction.FORWARD, factor, noise, random);
        backwards[i] = seconds(rows, Instruction.BACKWARD, factor, noise, random);
      }
      // Forwards of the first iteration take three times as long, because the first iterations of a
      // round must be ignored.
      IntStream.range(0, MICROBATCHES).forEach(k -> forwards[0][k] *= 3);
      results.add(
          new RankResult(
              rank.rank(),
              times,
              energies,
              Map.of("forward", forwards, "backward", backwards),
              Map.of()));
    }
    return new RoundResults(ranks, results);
  }

  private static double[] seconds(
      List<ProfileRow> rows, Instruction instruction, double factor, double noise, Random random) {
    return rows.stream()
        .filter(row -> row.instruction().equals(instruction))
        .mapToDouble(row -> factor * row.timeSeconds() * noisy(noise, random))
        .toArray();
  }

  private static double noisy(double noise, Random random) {
    return 1 + noise * random.nextGaussian();
  }
}
