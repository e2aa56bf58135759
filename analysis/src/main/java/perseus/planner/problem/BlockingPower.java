package perseus.planner.problem;

import java.util.Arrays;
import java.util.List;
import perseus.io.UserError;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.profile.ProfileNotes;
import perseus.profile.StageProfile;

/** Finds and checks the power that GPUs draw while they wait (blocking power). */
final class BlockingPower {
  private BlockingPower() {}

  /**
   * Returns, for each stage, the power in watts that one GPU draws while it waits, from the notes
   * of the profile.
   */
  static double[] perGpu(StageProfile profile) {
    ProfileNotes notes = profile.notes();
    List<Double> perStage = notes.stageBlockingWatts();
    if (perStage != null && perStage.size() == profile.stages()) {
      return perStage.stream().mapToDouble(Double::doubleValue).toArray();
    }
    if (notes.blockingWatts() == null) {
      throw new UserError(
          "The profile from %s does not state a blocking power; give the watts that one GPU of each stage draws while it waits."
              .formatted(notes.source()));
    }
    double[] watts = new double[profile.stages()];
    Arrays.fill(watts, notes.blockingWatts());
    return watts;
  }

  /**
   * Checks that the stages of one rank have the same power while they wait. Stages of one rank run
   * on the same GPUs.
   */
  static void requireOnePerLane(IterationDag dag, double[] blockingWatts) {
    for (Operation operation : dag.operations()) {
      int lane = dag.lane(operation.index());
      int first = dag.operations().get(dag.laneOperations(lane)[0]).stage();
      if (blockingWatts[operation.stage()] != blockingWatts[first]) {
        throw new UserError(
            "Stages %d and %d share a rank, so their GPUs must draw the same blocking power, but they draw %s W and %s W."
                .formatted(
                    first,
                    operation.stage(),
                    blockingWatts[first],
                    blockingWatts[operation.stage()]));
      }
    }
  }
}
