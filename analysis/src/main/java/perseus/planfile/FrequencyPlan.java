package perseus.planfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedule;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * Holds the contents of a plan file: one GPU frequency for every computation of an iteration.
 *
 * <p>The computations of a stage have the order in which the stage executes them. Stages that share
 * a rank count as one stage in this class.
 *
 * @param frequenciesMhz one list per stage with the frequency of each computation in MHz
 * @param instructions one list per stage with the instruction (such as forward) of each
 *     computation; empty if the plan file contains only frequencies
 */
public record FrequencyPlan(
    List<List<Integer>> frequenciesMhz, List<List<Instruction>> instructions) {

  /**
   * @throws IllegalArgumentException if {@code instructions} is not empty and does not contain
   *     exactly one instruction for each frequency
   */
  public FrequencyPlan {
    frequenciesMhz = frequenciesMhz.stream().map(List::copyOf).toList();
    instructions = instructions.stream().map(List::copyOf).toList();
    if (!instructions.isEmpty() && !sizes(instructions).equals(sizes(frequenciesMhz))) {
      throw new IllegalArgumentException("instructions must be empty, or one per frequency");
    }
  }

  private static List<Integer> sizes(List<? extends List<?>> stages) {
    return stages.stream().map(List::size).toList();
  }

  /**
   * Converts a plan from a planner to an object that lists the frequency and the instruction of
   * each computation.
   */
  public static FrequencyPlan of(Plan plan) {
    List<List<Integer>> frequencies = new ArrayList<>();
    List<List<Instruction>> instructions = new ArrayList<>();
    for (int s = 0; s < plan.problem().dag().lanes(); s++) {
      List<ProfileRow> rows = plan.computations(s);
      frequencies.add(rows.stream().map(ProfileRow::frequencyMhz).toList());
      instructions.add(rows.stream().map(ProfileRow::instruction).toList());
    }
    return new FrequencyPlan(frequencies, instructions);
  }

  /**
   * Computes the iteration time and energy of this plan from the profile of a planning problem.
   *
   * @param name name of the plan in error messages, such as its file name
   * @param problem planning problem that was made from the profile of the job
   * @return this plan with its predicted iteration time and energy
   * @throws UserError if the number of frequencies and computations differs, or if the profile
   *     lacks a frequency of the plan
   */
  public Plan predict(String name, PlanningProblem problem) {
    return predict(name, problem, List.of());
  }

  /**
   * Computes the iteration time and energy of this plan, whose computations may also have knobs
   * (settings other than the frequency).
   *
   * @param knobs for each stage and computation, a map from names to values of settings other than
   *     the frequency. If {@code knobs} is empty, each computation uses the fastest row of the
   *     profile at its frequency.
   */
  Plan predict(String name, PlanningProblem problem, List<List<Map<String, String>>> knobs) {
    requireFits(name, problem.schedule(), computations(problem.dag()), problem.microbatches());
    if (!knobs.isEmpty() && !sizes(knobs).equals(sizes(frequenciesMhz))) {
      throw new UserError(
          "The JSON file beside the plan %s lists settings other than frequencies. It needs one entry for each frequency of the plan. Plan again."
              .formatted(name));
    }
    ProfileRow[] rows = new ProfileRow[problem.dag().size()];
    // Many operations have the same frequency choices, so the fastest row of each frequency is
    // found only once.
    Map<ExecutionOptions, Map<Choice, ProfileRow>> fastest = new IdentityHashMap<>();
    for (int s = 0; s < stages(); s++) {
      int next = 0;
      for (int j : problem.dag().laneOperations(s)) {
        Operation operation = problem.dag().operations().get(j);
        if (!operation.instruction().isComputation()) {
          rows[j] = problem.options(j).allMax();
          continue;
        }
        int frequency = frequenciesMhz.get(s).get(next);
        Map<String, String> wanted = knobs.isEmpty() ? null : knobs.get(s).get(next);
        next++;
        ExecutionOptions options = problem.options(j);
        rows[j] =
            fastest
                .computeIfAbsent(options, each -> new HashMap<>())
                .computeIfAbsent(
                    new Choice(frequency, wanted), choice -> choice.fastestRow(options));
        if (rows[j] == null) {
          throw new UserError(
              "The plan %s runs the %4$s at %2$d MHz%3$s, but the profile has no such row. Use the profile with which the plan was made, or plan again."
                  .formatted(
                      name,
                      frequency,
                      wanted == null || wanted.isEmpty() ? "" : " with " + wanted,
                      operation));
        }
      }
    }
    return Plan.of(problem, j -> rows[j]);
  }

  /**
   * @param knobs values of settings other than the frequency, by their names; null if the plan file
   *     does not state them
   */
  private record Choice(int frequencyMhz, Map<String, String> knobs) {
    /**
     * Returns the fastest row of the profile with this frequency and these knobs (settings other
     * than the frequency); null if there is no such row.
     */
    ProfileRow fastestRow(ExecutionOptions options) {
      return options.measured().stream()
          .filter(row -> row.frequencyMhz() == frequencyMhz)
          .filter(row -> knobs == null || row.knobs().equals(knobs))
          .min(Comparator.comparingDouble(ProfileRow::timeSeconds))
          .orElse(null);
    }
  }

  /** Returns the number of stages, where stages that share a rank count as one stage. */
  public int stages() {
    return frequenciesMhz.size();
  }

  /**
   * Checks that this plan has one frequency for each computation that a pipeline executes.
   *
   * @param name name of the plan in error messages, such as its file name
   * @param ranks number of ranks (GPU processes) of the pipeline
   * @param microbatches number of microbatches per iteration
   * @throws UserError if the plan was made for another number of stages or of computations per
   *     stage, or for another order of the computations
   */
  public void requireFits(String name, PipelineSchedule schedule, int ranks, int microbatches) {
    List<List<Instruction>> expected = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      expected.add(
          schedule.rankSteps(rank, ranks, microbatches).stream()
              .map(step -> step.instruction())
              .toList());
    }
    requireFits(name, schedule, expected, microbatches);
  }

  private void requireFits(
      String name, Schedule schedule, List<List<Instruction>> expected, int microbatches) {
    if (stages() != expected.size()) {
      throw new UserError(
          "The plan %s was made for another number of stages (%d) than the pipeline has (%d). Use a plan of this job."
              .formatted(name, stages(), expected.size()));
    }
    for (int s = 0; s < expected.size(); s++) {
      int planned = frequenciesMhz.get(s).size();
      if (planned != expected.get(s).size()) {
        throw new UserError(
            "The plan %s has %d frequencies for stage %d, but %s with %d microbatches runs %d computations on it."
                .formatted(name, planned, s, schedule, microbatches, expected.get(s).size()));
      }
      for (int i = 0; i < planned && !instructions.isEmpty(); i++) {
        Instruction scheduled = expected.get(s).get(i);
        if (!instructions.get(s).get(i).equals(scheduled)) {
          throw new UserError(
              "The plan %s has a %s as entry %d of stage %d, but %s runs a %s there."
                  .formatted(name, instructions.get(s).get(i), i + 1, s, schedule, scheduled));
        }
      }
    }
  }

  /** Returns the computations of each rank in execution order. */
  static List<List<Instruction>> computations(IterationDag dag) {
    List<List<Instruction>> lanes = new ArrayList<>();
    for (int lane = 0; lane < dag.lanes(); lane++) {
      lanes.add(
          Arrays.stream(dag.laneOperations(lane))
              .mapToObj(j -> dag.operations().get(j).instruction())
              .filter(Instruction::isComputation)
              .toList());
    }
    return lanes;
  }
}
