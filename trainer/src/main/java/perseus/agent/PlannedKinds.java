package perseus.agent;

import java.util.List;
import perseus.agent.order.RankOrder;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.Scheduler;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Checks that a plan and a job have the same sequence of forwards and backwards. If a plan and a
 * job had different sequences, a backward could get the clock that was planned for a forward.
 */
public final class PlannedKinds {
  private PlannedKinds() {}

  /**
   * Returns a scheduler factory that checks the forwards and backwards of a plan, and then calls
   * the given factory.
   *
   * @param plan name of the plan for error messages
   * @param kinds for each position in a pipeline, the planned kinds of instructions (such as
   *     forwards) in order of execution
   */
  public static Scheduler.Factory checking(
      Scheduler.Factory factory, String plan, List<List<Instruction>> kinds) {
    return (job, ranks) -> {
      for (RankInfo rank : ranks) {
        if (rank.ppRank() < kinds.size()) {
          check(plan, kinds.get(rank.ppRank()), rank);
        }
      }
      return factory.create(job, ranks);
    };
  }

  private static void check(String plan, List<Instruction> kinds, RankInfo rank) {
    List<PipeInstruction> planned = kinds.stream().map(RankOrder::pipeInstruction).toList();
    List<PipeInstruction> runs =
        rank.pipeSchedule().stream().filter(PipeInstruction::isComputation).toList();
    for (int i = 0; i < Math.min(planned.size(), runs.size()); i++) {
      if (planned.get(i) != runs.get(i)) {
        throw new UserError(
            "The plan %s has a %s as computation %d of stage %d, but the job runs a %s there; plan for the schedule that this job runs."
                .formatted(
                    plan, kinds.get(i).name(), i + 1, rank.ppRank(), runs.get(i).jsonName()));
      }
    }
  }
}
