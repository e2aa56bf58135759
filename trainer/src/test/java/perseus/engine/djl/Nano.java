package perseus.engine.djl;

import perseus.engine.TrainingConfig;
import perseus.parallel.Degrees;

/** A job of the smallest model, with nothing that takes time. */
final class Nano {
  private Nano() {}

  /** The settings that go with a configuration of it. */
  static JobSettings job(TrainingConfig config) {
    Degrees degrees = config.job().degrees();
    return new JobSettings(
        config.job().modelName(),
        config.partition(),
        degrees.pp(),
        degrees.dp(),
        degrees.tp(),
        config.job().microbatchSize(),
        config.job().numMicrobatches(),
        16,
        config.trainSchedule().flag(),
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
