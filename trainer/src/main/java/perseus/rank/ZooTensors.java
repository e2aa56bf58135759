package perseus.rank;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.cuda.CudaDriver;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;
import perseus.tensor.AdamW;
import perseus.tensor.LossScaler;
import perseus.tensor.RankModel;
import perseus.tensor.StageModel;
import perseus.tensor.autograd.Precision;
import perseus.tensor.data.Datasets;
import perseus.tensor.data.TrainingData;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/**
 * Implements {@link RankTensors} for the models of the model zoo: builds the stages, the training
 * data and the optimizer of a rank.
 */
public final class ZooTensors implements RankTensors {
  private final RankModel stages;
  private final AdamW optimizer;
  private final LossScaler scaler;
  private final TrainingData data;

  private ZooTensors(RankModel stages, AdamW optimizer, LossScaler scaler, TrainingData data) {
    this.stages = stages;
    this.optimizer = optimizer;
    this.scaler = scaler;
    this.data = data;
  }

  /** Creates the stages, the training data and the optimizer for the model that the job names. */
  public static final class Zoo implements Factory {
    @Override
    public RankTensors create(int rank, JobSpec job, LocalSettings local, TensorGroup group) {
      Model model = ModelZoo.find(job.model().name());
      Batch batch = job.batch();
      Degrees degrees = job.parallelism().degrees();
      List<Integer> partition = job.model().partition();
      Device device = TensorDevice.of(job.device().device(), rank, local);
      if (device.isGpu()) {
        Precision.requireGpu(
            job.model().precision(),
            "GPU of rank " + rank,
            CudaDriver.installed().computeCapability(device.getDeviceId()));
      }
      Precision precision = Precision.of(job.model().precision(), device.isGpu());
      List<StageSpec> specs = new ArrayList<>();
      for (int stage = degrees.ppRank(rank); stage < partition.size() - 1; stage += degrees.pp()) {
        specs.add(
            new StageSpec(
                model,
                partition.get(stage),
                partition.get(stage + 1),
                batch,
                job.parallelism().numMicrobatches() * degrees.dp(),
                job.model().activationCheckpointing(),
                job.seed(),
                job.model().initMethodStd(),
                precision));
      }
      DjlRuntime.setThreads(local.threads());
      RankModel stages = new RankModel(specs, device, group);
      AdamW optimizer =
          new AdamW(
              stages.parameters(),
              AdamW.Settings.of(job.optimizer().learningRate(), job.optimizer().numWarmupSteps()));
      boolean loads = stages.chunks().stream().anyMatch(StageModel::loadsData);
      return new ZooTensors(
          stages,
          optimizer,
          scaler(stages, job.optimizer().lossScaling()),
          loads ? data(job, local, model, batch) : null);
    }
  }

  private static LossScaler scaler(RankModel stages, JobSpec.LossScaling settings) {
    return settings == null
        ? null
        : new LossScaler(
            stages,
            new LossScaler.Settings(settings.initialLossScale(), settings.lossScaleWindow()));
  }

  private static TrainingData data(JobSpec job, LocalSettings local, Model model, Batch batch) {
    return Datasets.open(model, batch, path(local.data()), path(local.tokenizer()), job.seed());
  }

  private static Path path(String text) {
    return text == null ? null : Path.of(text);
  }

  @Override
  public RankModel model() {
    return stages;
  }

  @Override
  public AdamW optimizer() {
    return optimizer;
  }

  @Override
  public LossScaler lossScaler() {
    return scaler;
  }

  @Override
  public TrainingData data() {
    return data;
  }

  @Override
  public void update() {
    optimizer.step();
  }

  @Override
  public void close() {
    if (scaler != null) {
      scaler.close();
    }
    optimizer.close();
    stages.close();
  }
}
