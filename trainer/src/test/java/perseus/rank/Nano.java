package perseus.rank;

import perseus.engine.TrainingConfig;
import perseus.job.JobSpec;
import perseus.parallel.Degrees;

/** A job of the smallest model, with nothing that takes time. */
public final class Nano {
  private Nano() {}

  /** The settings that go with a configuration of it. */
  public static JobSpec job(TrainingConfig config) {
    Degrees degrees = config.job().degrees();
    return new JobSpec(
        config.job().modelName(),
        config.partition(),
        degrees.pp(),
        degrees.dp(),
        degrees.tp(),
        config.job().microbatchSize(),
        config.job().numMicrobatches(),
        16,
        config.trainSchedule().name(),
        true,
        config.gpu().name(),
        1,
        false,
        false,
        1,
        1e-4,
        0,
        1,
        0.02);
  }
}
