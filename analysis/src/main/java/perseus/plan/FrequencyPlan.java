package perseus.plan;

import java.util.ArrayList;
import java.util.List;
import perseus.pipeline.Operation;
import perseus.pipeline.Step;
import perseus.pipeline.TrainSchedule;
import perseus.planner.Plan;
import perseus.planner.PlanningProblem;
import perseus.profile.ProfileRow;
import perseus.recording.InputException;
import perseus.recording.Instruction;

/**
 * The frequency of every computation of an iteration, per stage in the order in which the stage
 * executes them: what a plan file says.
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
    for (int s = 0; s < plan.problem().dag().stages(); s++) {
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
   * @throws InputException if it does not fit the problem, or wants a frequency that was not
   *     measured
   */
  public Plan predict(String name, PlanningProblem problem) {
    requireFits(name, problem.schedule(), problem.dag().stages(), problem.microbatches());
    ProfileRow[] rows = new ProfileRow[problem.dag().size()];
    for (int s = 0; s < stages(); s++) {
      int next = 0;
      for (int j : problem.dag().stageOperations(s)) {
        Operation operation = problem.dag().operations().get(j);
        if (!operation.instruction().isComputation()) {
          rows[j] = problem.options(j).allMax();
          continue;
        }
        int frequency = frequenciesMhz.get(s).get(next++);
        rows[j] =
            problem
                .options(j)
                .fastestAt(frequency)
                .orElseThrow(
                    () ->
                        new InputException(
                            "The plan %s wants %d MHz for the %s, which was not profiled at it."
                                .formatted(name, frequency, operation)));
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
   * @throws InputException if the number of stages, of a stage's computations, or their order
   *     differ
   */
  public void requireFits(String name, TrainSchedule schedule, int stages, int microbatches) {
    if (stages() != stages) {
      throw new InputException(
          "The plan %s has %d stages, but the pipeline has %d.".formatted(name, stages(), stages));
    }
    for (int s = 0; s < stages; s++) {
      List<Step> steps = schedule.steps(s, stages, microbatches);
      int planned = frequenciesMhz.get(s).size();
      if (planned != steps.size()) {
        throw new InputException(
            "The plan %s has %d frequencies for stage %d, but %s with %d microbatches runs %d computations there."
                .formatted(name, planned, s, schedule, microbatches, steps.size()));
      }
      if (!instructions.isEmpty()) {
        for (int i = 0; i < planned; i++) {
          if (!instructions.get(s).get(i).equals(steps.get(i).instruction())) {
            throw new InputException(
                "The plan %s has a %s as entry %d of stage %d, where %s runs a %s."
                    .formatted(
                        name,
                        instructions.get(s).get(i),
                        i + 1,
                        s,
                        schedule,
                        steps.get(i).instruction()));
          }
        }
      }
    }
  }
}
