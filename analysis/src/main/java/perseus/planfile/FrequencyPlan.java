package perseus.planfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedule;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * The frequency of every computation of an iteration, per stage in the order in which the stage
 * executes them: what a plan file says. Stages that share a rank count as one.
 *
 * @param frequenciesMhz per stage, one frequency in MHz per computation
 * @param instructions per stage, what each of them is; empty where the file does not say
 */
public record FrequencyPlan(
    List<List<Integer>> frequenciesMhz, List<List<Instruction>> instructions) {

  /** Refuses instructions that are not as many as the frequencies. */
  public FrequencyPlan {
    frequenciesMhz = frequenciesMhz.stream().map(List::copyOf).toList();
    instructions = instructions.stream().map(List::copyOf).toList();
    if (!instructions.isEmpty() && !sizes(instructions).equals(sizes(frequenciesMhz))) {
      throw new IllegalArgumentException("every frequency needs its instruction, or none");
    }
  }

  private static List<Integer> sizes(List<? extends List<?>> stages) {
    return stages.stream().map(List::size).toList();
  }

  /** The frequencies of a plan. */
  public static FrequencyPlan of(Plan plan) {
    List<List<Integer>> frequencies = new ArrayList<>();
    List<List<Instruction>> instructions = new ArrayList<>();
    for (int s = 0; s < plan.problem().dag().lanes(); s++) {
      List<Integer> ofStage = new ArrayList<>();
      List<Instruction> namesOfStage = new ArrayList<>();
      plan.computations(s)
          .forEach(
              row -> {
                ofStage.add(row.frequencyMhz());
                namesOfStage.add(row.instruction());
              });
      frequencies.add(ofStage);
      instructions.add(namesOfStage);
    }
    return new FrequencyPlan(frequencies, instructions);
  }

  /**
   * This plan with what a profile predicts for it.
   *
   * @param name how to call the plan, such as its file
   * @throws UserError if it does not fit the problem, or wants a frequency that was not measured
   */
  public Plan predict(String name, PlanningProblem problem) {
    return predict(name, problem, List.of());
  }

  /**
   * This plan with what a profile predicts for it.
   *
   * @param knobs per stage and computation, the knobs besides the frequency; empty where the plan
   *     has none: then the fastest option of a frequency is meant
   */
  Plan predict(String name, PlanningProblem problem, List<List<Map<String, String>>> knobs) {
    requireFits(name, problem.schedule(), computations(problem.dag()), problem.microbatches());
    if (!knobs.isEmpty() && !sizes(knobs).equals(sizes(frequenciesMhz))) {
      throw new UserError(
          "The knobs beside the plan %s are not as many as its frequencies.".formatted(name));
    }
    ProfileRow[] rows = new ProfileRow[problem.dag().size()];
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
        rows[j] =
            problem.options(j).measured().stream()
                .filter(row -> row.frequencyMhz() == frequency)
                .filter(row -> wanted == null || row.knobs().equals(wanted))
                .min(Comparator.comparingDouble(ProfileRow::timeSeconds))
                .orElseThrow(
                    () ->
                        new UserError(
                            "The plan %s wants %d MHz%s for the %s, which was not profiled at it."
                                .formatted(
                                    name,
                                    frequency,
                                    wanted == null || wanted.isEmpty() ? "" : " with " + wanted,
                                    operation)));
      }
    }
    return Plan.of(problem, j -> rows[j]);
  }

  /** Number of stages. */
  public int stages() {
    return frequenciesMhz.size();
  }

  /**
   * Refuses a plan that was made for another pipeline.
   *
   * @param name how to call the plan, such as its file
   * @param ranks ranks of the pipeline: its stages, but where several share a rank
   * @throws UserError if the number of stages, of a stage's computations, or their order differ
   */
  public void requireFits(String name, PipelineSchedule schedule, int ranks, int microbatches) {
    List<List<Instruction>> expected = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      expected.add(
          schedule.rankSteps(rank, ranks, microbatches).stream()
              .map(computation -> computation.instruction())
              .toList());
    }
    requireFits(name, schedule, expected, microbatches);
  }

  private void requireFits(
      String name, Schedule schedule, List<List<Instruction>> expected, int microbatches) {
    if (stages() != expected.size()) {
      throw new UserError(
          "The plan %s has %d stages, but the pipeline has %d."
              .formatted(name, stages(), expected.size()));
    }
    for (int s = 0; s < expected.size(); s++) {
      int planned = frequenciesMhz.get(s).size();
      if (planned != expected.get(s).size()) {
        throw new UserError(
            "The plan %s has %d frequencies for stage %d, but %s with %d microbatches runs %d computations there."
                .formatted(name, planned, s, schedule, microbatches, expected.get(s).size()));
      }
      for (int i = 0; i < planned && !instructions.isEmpty(); i++) {
        Instruction runs = expected.get(s).get(i);
        if (!instructions.get(s).get(i).equals(runs)) {
          throw new UserError(
              "The plan %s has a %s as entry %d of stage %d, where %s runs a %s."
                  .formatted(name, instructions.get(s).get(i), i + 1, s, schedule, runs));
        }
      }
    }
  }

  /** What each lane computes. */
  private static List<List<Instruction>> computations(IterationDag dag) {
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
