package perseus.rank;

import perseus.engine.TrainingConfig;
import perseus.job.JobSpec;

/** Makes jobs of the smallest model that run without recording and without pacing. */
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
            "tcp"),
        new JobSpec.Optimizer(1e-4, 0),
        new JobSpec.DeviceSpec(config.gpu().name(), "cpu", "none", false, 1, false, 1),
        JobSpec.Checkpoints.NONE,
        false,
        1);
  }
}
