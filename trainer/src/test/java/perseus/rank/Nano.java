package perseus.rank;

import java.util.List;
import java.util.Map;
import perseus.engine.TrainingConfig;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;

/**
 * Creates jobs that train the smallest model, without a recording and without waits for a simulated
 * GPU.
 */
public final class Nano {
  private Nano() {}

  /** Returns the job's settings for a configuration. */
  public static JobSpec job(TrainingConfig config) {
    return new JobSpec(
        new JobSpec.Model(config.job().modelName(), config.partition(), 16, true, 0.02, "auto"),
        new JobSpec.Parallelism(
            config.job().degrees(),
            config.trainSchedule().name(),
            config.job().microbatchSize(),
            config.job().numMicrobatches(),
            "tcp",
            true),
        new JobSpec.Optimizer(1e-4, 0, null),
        new JobSpec.DeviceSpec(config.gpu().name(), "cpu", "none", false, 1, false, 1),
        JobSpec.Checkpoints.NONE,
        false,
        1);
  }

  /**
   * Returns the settings of a node without recording and checkpoints.
   *
   * @param tensors name of the class that makes the ranks' tensors
   * @param ranks number of ranks on the node
   */
  public static LocalSettings local(String tensors, int ranks) {
    return local(tensors, ranks, LocalSettings.Checkpoints.NONE);
  }

  /** Returns the settings of a node without recording. */
  public static LocalSettings local(
      String tensors, int ranks, LocalSettings.Checkpoints checkpoints) {
    return new LocalSettings(
        tensors, null, null, ranks, List.of(), Map.of(), 1, null, false, false, null, checkpoints);
  }
}
