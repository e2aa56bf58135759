package perseus.engine.djl;

import ai.djl.Device;
import java.nio.file.Path;
import perseus.model.Batch;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.parallel.Degrees;
import perseus.parallel.TensorGroup;
import perseus.tensor.AdamW;
import perseus.tensor.Datasets;
import perseus.tensor.DjlRuntime;
import perseus.tensor.StageModel;
import perseus.tensor.StageModels;
import perseus.tensor.StageSpec;
import perseus.tensor.TrainingData;

/** Stages of the zoo's models. */
final class ZooTensors implements RankTensors {
  private final StageModel stage;
  private final AdamW optimizer;
  private final TrainingData data;

  private ZooTensors(StageModel stage, AdamW optimizer, TrainingData data) {
    this.stage = stage;
    this.optimizer = optimizer;
    this.data = data;
  }

  /** Makes them. */
  static final class Zoo implements Factory {
    @Override
    public RankTensors create(int rank, JobSettings job, LocalSettings local, TensorGroup group) {
      Model model = ModelZoo.find(job.model());
      Batch batch = new Batch(job.microbatchSize(), job.seqLength(), job.tp());
      int ppRank = new Degrees(job.pp(), job.dp(), job.tp()).ppRank(rank);
      StageSpec spec =
          new StageSpec(
              model,
              job.partition().get(ppRank),
              job.partition().get(ppRank + 1),
              batch,
              job.numMicrobatches() * job.dp(),
              job.activationCheckpointing(),
              job.seed(),
              job.initMethodStd());
      Device device = local.device(rank);
      DjlRuntime.setThreads(local.threads());
      StageModel stage = StageModels.create(spec, device, group);
      AdamW optimizer =
          new AdamW(
              stage.parameters(), AdamW.Settings.of(job.learningRate(), job.numWarmupSteps()));
      return new ZooTensors(
          stage, optimizer, stage.loadsData() ? data(job, local, model, batch) : null);
    }
  }

  private static TrainingData data(JobSettings job, LocalSettings local, Model model, Batch batch) {
    return Datasets.open(model, batch, path(local.data()), path(local.tokenizer()), job.seed());
  }

  private static Path path(String text) {
    return text == null ? null : Path.of(text);
  }

  @Override
  public StageModel stage() {
    return stage;
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
    optimizer.close();
    stage.close();
  }
}
