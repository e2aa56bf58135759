package perseus.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.model.Model;
import perseus.model.Partition;
import perseus.model.layer.Batch;
import perseus.tensor.autograd.Precision;
import perseus.tensor.data.TrainingData;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/** Runs all stages of a pipeline in one thread. */
final class Pipeline implements AutoCloseable {
  static {
    // The tensors are so small that several threads would mostly wait for each other.
    DjlRuntime.setThreads(1);
  }

  /**
   * Settings of the optimizer with an epsilon that is larger than rounding errors. Some gradients,
   * such as the gradients of the biases of keys, consist only of rounding errors. With a smaller
   * epsilon, the optimizer would take full steps along these rounding errors.
   */
  static final AdamW.Settings SETTINGS = new AdamW.Settings(0.01, 2, 0.9, 0.99, 1e-4, 0.1);

  static final long SEED = 7;
  static final double INIT_STD = 0.2;

  final List<StageModel> stages = new ArrayList<>();
  private final List<AdamW> optimizers = new ArrayList<>();
  private final NDManager manager = DjlRuntime.newManager(Device.cpu());
  private final TrainingData data;
  private final int microbatches;
  private long loaded;

  Pipeline(
      Model model,
      List<Integer> boundaries,
      Batch batch,
      int microbatches,
      boolean checkpointing,
      TrainingData data,
      TensorGroup group) {
    this(
        model,
        boundaries,
        batch,
        microbatches,
        checkpointing,
        data,
        group,
        SETTINGS,
        INIT_STD,
        Precision.FP32);
  }

  Pipeline(
      Model model,
      List<Integer> boundaries,
      Batch batch,
      int microbatches,
      boolean checkpointing,
      TrainingData data,
      TensorGroup group,
      AdamW.Settings settings,
      double initStd,
      Precision precision) {
    this.data = data;
    this.microbatches = microbatches;
    for (int stage = 0; stage + 1 < boundaries.size(); stage++) {
      StageSpec spec =
          new StageSpec(
              model,
              boundaries.get(stage),
              boundaries.get(stage + 1),
              batch,
              microbatches,
              checkpointing,
              SEED,
              initStd,
              precision);
      StageModel built = StageModels.create(spec, group);
      stages.add(built);
      optimizers.add(new AdamW(built.parameters(), settings));
    }
  }

  static List<Integer> evenly(Model model, int stages) {
    return Partition.of("uniform", model, stages).boundaries();
  }

  /**
   * Starts again with the first microbatch of the training data, and sets all gradients to zero.
   */
  void restart() {
    loaded = 0;
    for (StageModel stage : stages) {
      stage.parameters().forEach(parameter -> parameter.gradient().muli(0));
    }
  }

  /**
   * Runs all forwards and then all backwards of an iteration. Returns the mean loss of its
   * microbatches.
   */
  double gradients() {
    for (int microbatch = 0; microbatch < microbatches; microbatch++) {
      NDList activations = new NDList();
      for (StageModel stage : stages) {
        NDList loaded = stage.loadsData() ? data.microbatch(this.loaded, manager) : new NDList();
        activations = stage.forward(microbatch, loaded, activations);
      }
      loaded++;
    }
    for (int microbatch = 0; microbatch < microbatches; microbatch++) {
      NDList gradients = new NDList();
      for (int stage = stages.size() - 1; stage >= 0; stage--) {
        gradients = stages.get(stage).backward(microbatch, gradients);
      }
    }
    sumTiedGradients();
    return stages.get(stages.size() - 1).takeLoss() / microbatches;
  }

  /** Trains one iteration. Returns the mean loss with the parameters before the optimizer step. */
  double step() {
    double loss = gradients();
    optimizers.forEach(AdamW::step);
    return loss;
  }

  private void sumTiedGradients() {
    Map<String, List<StageParameter>> byName = new LinkedHashMap<>();
    for (StageModel stage : stages) {
      for (StageParameter parameter : stage.parameters()) {
        byName.computeIfAbsent(parameter.name(), name -> new ArrayList<>()).add(parameter);
      }
    }
    for (List<StageParameter> copies : byName.values()) {
      NDArray sum = copies.get(0).gradient();
      copies.subList(1, copies.size()).forEach(copy -> sum.addi(copy.gradient()));
      for (StageParameter copy : copies.subList(1, copies.size())) {
        copy.gradient().muli(0).addi(sum);
      }
    }
  }

  Map<String, StageParameter> parameters() {
    Map<String, StageParameter> byName = new LinkedHashMap<>();
    for (StageModel stage : stages) {
      stage.parameters().forEach(parameter -> byName.put(parameter.name(), parameter));
    }
    return byName;
  }

  @Override
  public void close() {
    optimizers.forEach(AdamW::close);
    stages.forEach(StageModel::close);
    manager.close();
  }
}
