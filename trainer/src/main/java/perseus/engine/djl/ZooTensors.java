package perseus.engine.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import perseus.model.Batch;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.parallel.Degrees;
import perseus.parallel.TensorGroup;
import perseus.tensor.AdamW;
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
      Device device = DjlRuntime.defaultDevice();
      DjlRuntime.setThreads(local.threads());
      StageModel stage = StageModels.create(spec, device, group);
      AdamW optimizer =
          new AdamW(
              stage.parameters(), AdamW.Settings.of(job.learningRate(), job.numWarmupSteps()));
      return new ZooTensors(
          stage, optimizer, (index, manager) -> madeUp(index, manager, batch, 512));
    }
  }

  private static NDList madeUp(long index, NDManager manager, Batch batch, int vocabulary) {
    int tokens = batch.sequenceLength();
    long[] inputs = new long[batch.microbatchSize() * tokens];
    long[] labels = new long[inputs.length];
    java.util.SplittableRandom random = new java.util.SplittableRandom(index);
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = random.nextInt(vocabulary);
      labels[i] = (inputs[i] * 7 + 1) % vocabulary;
    }
    Shape shape = new Shape(batch.microbatchSize(), tokens);
    return new NDList(manager.create(inputs, shape), manager.create(labels, shape));
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
