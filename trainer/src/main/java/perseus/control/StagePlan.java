package perseus.control;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perseus.io.UserError;
import perseus.planfile.FrequencyPlan;

/**
 * A plan to replay.
 *
 * @param name what the run calls it, such as its file's name
 * @param stages per stage: a clock in MHz for each forward and backward, in the order in which the
 *     stage executes them
 */
public record StagePlan(String name, List<List<Integer>> stages) {
  /** A plan as a file has it. */
  public static StagePlan of(String name, FrequencyPlan plan) {
    return new StagePlan(name, plan.frequenciesMhz());
  }

  /**
   * Refuses a plan that was made for another job.
   *
   * @throws UserError if it has another number of stages or of a stage's computations, or a clock
   *     that a rank's GPU does not support
   */
  public void requireFits(JobInfo job, List<RankInfo> ranks) {
    if (stages.size() != job.degrees().pp()) {
      throw new UserError(
          "The plan %s is for %d stages, but the job has %d."
              .formatted(name, stages.size(), job.degrees().pp()));
    }
    // Ranks of a stage mostly do the same on equal GPUs: what fits one fits them all.
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
          "The plan %s has %d forwards and backwards for stage %d, but the job's %d microbatches make %d."
              .formatted(name, clocks.size(), stage, numMicrobatches, computations));
    }
    Set<Integer> known = new HashSet<>(supported);
    for (int clock : clocks) {
      if (!known.contains(clock)) {
        throw new UserError(
            "The plan %s wants %d MHz on stage %d, which the GPU does not support."
                .formatted(name, clock, stage));
      }
    }
  }
}
