package perseus.rank.device;

import java.util.List;
import perseus.engine.StageProgram.Action;
import perseus.engine.virtual.StageCosts;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.GpuWork;
import perseus.model.StageWork;

/**
 * Holds the work (floating-point operations and bytes) of each computation of a rank on its
 * simulated GPU.
 */
public final class SimulatedWork {
  private final List<StageCosts> stages;
  private final GpuWork optimizerStep;

  /**
   * @param stages the work (floating-point operations and bytes) of one microbatch in each stage of
   *     the rank, in the order of the stages
   * @param activationCheckpointing whether each backward first repeats the forward of its
   *     microbatch
   */
  public SimulatedWork(GpuModel gpu, List<StageWork> stages, boolean activationCheckpointing) {
    this.stages =
        stages.stream()
            .map(stage -> StageCosts.of(stage, gpu, activationCheckpointing, 0))
            .toList();
    this.optimizerStep = new GpuWork(gpu, stages.stream().map(StageWork::optimizerStep).toList());
  }

  /** Returns the work of a computation of the rank's program. */
  public GpuWork of(Action action) {
    return switch (action.kind()) {
      case FORWARD -> stages.get(action.piece().chunk()).forward();
      case RECOMPUTATION -> stages.get(action.piece().chunk()).recomputation();
      case BACKWARD, FORWARD_BACKWARD -> stages.get(action.piece().chunk()).backward();
      case PURE_BACKWARD -> stages.get(action.piece().chunk()).pureBackward();
      case OPTIMIZER_STEP -> optimizerStep;
      default -> throw new IllegalArgumentException(action.kind() + " is not a computation.");
    };
  }
}
