package perseus.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.transformer.CausalHead;
import perseus.model.transformer.TransformerBlock;
import perseus.tensor.autograd.Kernels;
import perseus.tensor.autograd.Precision;
import perseus.tensor.autograd.Tape;
import perseus.tensor.data.Datasets;
import perseus.tensor.data.TrainingData;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/**
 * Measures the time of a forward and a backward of a GPT model on one rank, and the time of its
 * matrix products and attention alone. The benchmark prints the first time divided by the second
 * time. For example, the ratio 1.3 means that all other operations add 30 %.
 *
 * <p>Each matrix product of a block is timed separately. The measurements of the model and of the
 * matrix products alternate in one process, so that other work on the machine disturbs them
 * equally. The benchmark reports the minimum time over the rounds.
 *
 * <p>With one thread, the benchmark measures processor time, which other processes disturb least.
 * With several threads, it measures wall-clock time.
 *
 * <p>Arguments: model, tokens, microbatch size, threads, rounds.
 */
final class TensorBenchmark {
  private static final String FORWARD = " forward";

  private static boolean usesProcessorTime;

  /** Minimum time of each operation over the rounds, in seconds. */
  private final Map<String, Double> minimumSeconds = new LinkedHashMap<>();

  private final Model model;
  private final Batch batch;
  private final NDManager manager = DjlRuntime.newManager(Device.cpu());

  private TensorBenchmark(Model model, Batch batch) {
    this.model = model;
    this.batch = batch;
  }

  public static void main(String[] arguments) {
    String name = arguments.length > 0 ? arguments[0] : "gpt3-small";
    int tokens = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1024;
    int samples = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
    if (arguments.length > 3) {
      int threads = Integer.parseInt(arguments[3]);
      DjlRuntime.setThreads(threads);
      usesProcessorTime = threads == 1;
    }
    int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 5;
    Model model = ModelZoo.find(name);
    TensorBenchmark benchmark = new TensorBenchmark(model, new Batch(samples, tokens, 1));
    System.out.printf("%s, %d x %d tokens%n", name, samples, tokens);
    for (boolean checkpointing : new boolean[] {false, true}) {
      benchmark.compare(checkpointing, rounds);
    }
  }

  private void compare(boolean checkpointing, int rounds) {
    double bestForward = Double.MAX_VALUE;
    double bestBackward = Double.MAX_VALUE;
    double bestStep = Double.MAX_VALUE;
    StageSpec spec =
        new StageSpec(
            model, 0, model.layers().size(), batch, 1, checkpointing, 1, 0.02, Precision.FP32);
    TrainingData data = Datasets.open(model, batch, null, null, 1);
    try (StageModel stage = StageModels.create(spec, TensorGroup.ALONE);
        AdamW optimizer = new AdamW(stage.parameters(), AdamW.Settings.of(1e-4, 0))) {
      for (int round = 0; round < rounds; round++) {
        timeOperations();
        NDList loaded = data.microbatch(round, manager);
        long start = now();
        stage.forward(0, loaded, new NDList());
        long middle = now();
        stage.backward(0, new NDList());
        long end = now();
        optimizer.step();
        long stepped = now();
        System.out.printf(
            "  forward %.3f s, backward %.3f s, step %.3f s, loss %.3f%n",
            (middle - start) / 1e9, (end - middle) / 1e9, (stepped - end) / 1e9, stage.takeLoss());
        bestForward = Math.min(bestForward, (middle - start) / 1e9);
        bestBackward = Math.min(bestBackward, (end - middle) / 1e9);
        bestStep = Math.min(bestStep, (stepped - end) / 1e9);
      }
    }
    double both = bestForward + bestBackward;
    double products = 0;
    for (Layer layer : model.layers()) {
      products += productSeconds(layer, checkpointing && layer.isRecomputed() ? 2 : 1);
    }
    System.out.printf(
        "checkpointing %s: products %.3f s, forward %.3f s, backward %.3f s, ratio %.3f, optimizer"
            + " %.3f s, %.0f tokens/s%n",
        checkpointing,
        products,
        bestForward,
        bestBackward,
        both / products,
        bestStep,
        batch.microbatchSize() * batch.sequenceLength() / both);
  }

  /**
   * Returns the time of a layer's matrix products and attention, in seconds.
   *
   * @param forwards number of times that the forward is computed: 2 if the backward repeats it,
   *     else 1
   */
  private double productSeconds(Layer layer, int forwards) {
    double seconds = 0;
    for (String operation : operations(layer)) {
      seconds += (operation.endsWith(FORWARD) ? forwards : 1) * minimumSeconds.get(operation);
    }
    return seconds;
  }

  private List<String> operations(Layer layer) {
    if (layer instanceof TransformerBlock) {
      return minimumSeconds.keySet().stream().filter(name -> !name.startsWith("head")).toList();
    }
    if (layer instanceof CausalHead) {
      return minimumSeconds.keySet().stream().filter(name -> name.startsWith("head")).toList();
    }
    return List.of();
  }

  /** Measures the times of the matrix products of one block and of the head. */
  private void timeOperations() {
    TransformerBlock block =
        model.layers().stream()
            .filter(TransformerBlock.class::isInstance)
            .map(TransformerBlock.class::cast)
            .findFirst()
            .orElseThrow();
    CausalHead head = (CausalHead) model.layers().get(model.layers().size() - 1);
    int hidden = block.hidden();
    product("qkv", hidden, 3 * hidden);
    product("output", hidden, hidden);
    product("up", hidden, block.feedForward());
    product("down", block.feedForward(), hidden);
    attention(block);
    product("head", hidden, head.vocabulary());
  }

  /**
   * Measures the times of the matrix products of a linear layer: one in the forward, and one for
   * each of the two gradients.
   */
  private void product(String name, int inputs, int outputs) {
    int rows = batch.microbatchSize() * batch.sequenceLength();
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = scope.randomUniform(-1, 1, new Shape(rows, inputs));
      NDArray weight = scope.randomUniform(-1, 1, new Shape(outputs, inputs));
      NDArray gradient = scope.randomUniform(-1, 1, new Shape(rows, outputs));
      time(name + FORWARD, () -> x.matMul(weight.transpose()).close());
      time(name + " input gradient", () -> gradient.matMul(weight).close());
      time(name + " weight gradient", () -> gradient.transpose().matMul(x).close());
    }
  }

  private void attention(TransformerBlock block) {
    long width = block.hidden() / block.heads();
    Shape shape =
        new Shape(batch.microbatchSize(), batch.sequenceLength(), block.heads(), 3, width);
    try (NDManager scope = manager.newSubManager();
        Kernels kernels = new Kernels(scope)) {
      NDArray qkv = scope.randomUniform(-1, 1, shape);
      try (Tape tape = new Tape(scope, kernels, TensorGroup.ALONE, true)) {
        NDList attended = new NDList();
        time(
            "attention" + FORWARD,
            () ->
                attended.addAll(
                    tape.run(
                        (recorder, inputs) ->
                            new NDList(recorder.call("causal_attention", inputs.get(0))),
                        new NDList(qkv))));
        NDList gradient = new NDList(attended.get(0).onesLike());
        time("attention backward", () -> tape.backward(gradient, scope));
      }
    }
  }

  private void time(String operation, Runnable run) {
    long start = now();
    run.run();
    minimumSeconds.merge(operation, (now() - start) / 1e9, Math::min);
  }

  private static long now() {
    return usesProcessorTime
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}
