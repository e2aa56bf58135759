package perseus.control;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perseus.io.UserError;
import perseus.planfile.FrequencyPlan;
import perseus.planfile.PlanFile;
import perseus.planfile.PlanOrigin;

/**
 * Holds a frequency plan: a clock for each forward and backward of each stage.
 *
 * @param name name of the plan in the results of the job, such as the name of its file
 * @param stages for each stage, the clocks in MHz of its forwards and backwards, in order of
 *     execution
 * @param model name of the model that was profiled for the plan; null if it is unknown
 * @param simulated whether the profile of the plan was measured on simulated GPUs
 */
public record StagePlan(String name, List<List<Integer>> stages, String model, boolean simulated) {
  /** Creates a plan that was made from a profile of real GPUs. The profiled model is unknown. */
  public StagePlan(String name, List<List<Integer>> stages) {
    this(name, stages, null, false);
  }

  /**
   * Creates a {@code StagePlan} from the contents of a plan file.
   *
   * @see PlanFile#origin
   */
  public static StagePlan of(Path file, FrequencyPlan plan) {
    PlanOrigin origin = PlanFile.origin(file);
    return new StagePlan(
        file.getFileName().toString(),
        plan.frequenciesMhz(),
        origin.model().orElse(null),
        origin.simulated());
  }

  /**
   * Returns the plan with each clock replaced by the nearest supported clock.
   *
   * @param supported supported clocks in MHz, at least one
   */
  public StagePlan nearestTo(List<Integer> supported) {
    return new StagePlan(
        name,
        stages.stream()
            .map(
                clocks ->
                    clocks.stream()
                        .map(
                            clock ->
                                Collections.min(
                                    supported,
                                    Comparator.comparingInt(each -> Math.abs(each - clock))))
                        .toList())
            .toList(),
        model,
        simulated);
  }

  /**
   * Checks that the plan and a job have the same number of stages.
   *
   * @throws UserError if the plan and the job have different numbers of stages
   */
  public void requireStages(int jobStages) {
    if (stages.size() != jobStages) {
      throw new UserError(
          "The plan %s was made for another number of stages (%d) than the job has (%d). Use a plan of this job."
              .formatted(name, stages.size(), jobStages));
    }
  }

  /**
   * Checks that a frequency plan can run in a job.
   *
   * @throws UserError if the plan does not fit the job, or if a GPU does not support a clock of the
   *     plan
   */
  public void requireFits(JobInfo job, List<RankInfo> ranks) {
    requireStages(job.degrees().pp());
    if (model != null && job.namesModel() && !model.equalsIgnoreCase(job.modelName())) {
      throw new UserError(
          "The plan %s was made from a profile of %s, but the job trains %s. Use a plan of this model."
              .formatted(name, model, job.modelName()));
    }
    // Most ranks of a stage have equal GPUs and equal numbers of forwards and backwards. Of several
    // ranks with the same stage, equal GPUs and equal numbers of forwards and backwards, only one
    // rank is checked.
    record Demand(int stage, int computations, List<Integer> supported) {}
    Set<Demand> checked = new HashSet<>();
    for (RankInfo rank : ranks) {
      Demand demand = new Demand(rank.ppRank(), rank.computations(), rank.powerStateRange());
      if (checked.add(demand)) {
        requireFits(demand.stage, demand.computations, demand.supported, job.numMicrobatches());
      }
    }
  }

  private void requireFits(
      int stage, int computations, List<Integer> supported, int numMicrobatches) {
    List<Integer> clocks = stages.get(stage);
    if (clocks.size() != computations) {
      throw new UserError(
          "The plan %s has %d forwards and backwards for stage %d, but with %d microbatches, the stage has %d. Plan for this number of microbatches."
              .formatted(name, clocks.size(), stage, numMicrobatches, computations));
    }
    Set<Integer> known = new HashSet<>(supported);
    for (int clock : clocks) {
      if (!known.contains(clock)) {
        throw new UserError(
            "The plan %s sets stage %d to %d MHz, which its GPU does not support. Use a plan from a profile of this GPU model."
                .formatted(name, stage, clock));
      }
    }
  }
}
