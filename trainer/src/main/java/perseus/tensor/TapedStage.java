package perseus.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import perseus.model.layer.Layer;
import perseus.model.t5.T5DecoderAttention;
import perseus.tensor.autograd.Kernels;
import perseus.tensor.autograd.Precision;
import perseus.tensor.autograd.Tape;
import perseus.tensor.layers.TensorLayer;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageParameters;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.CudaStream;
import perseus.transport.TensorGroup;

/**
 * Implements {@link StageModel} with one {@link Tape} (record of a forward) for each layer and
 * microbatch. A tape records the forward of a layer, so that the stage can later run the backward
 * of this layer.
 *
 * <p>A {@code TapedStage} uses no dropout. Without dropout, every partition and every degree of
 * parallelism give the same results, except for rounding errors. Without dropout, a recomputed
 * forward gives exactly the results of the first forward.
 */
final class TapedStage implements StageModel {
  private final StageSpec spec;
  private final TensorGroup group;
  private final NDManager manager;
  private final Kernels kernels;
  private final StageParameters parameters;
  private final List<TensorLayer> layers;
  private final Map<Integer, InFlight> inFlight = new HashMap<>();
  private final CudaStream stream;
  private final NDArray lossSum;
  private NDArray lossGradient;

  /** Holds the tensors of one microbatch between its forward and its backward. */
  private static final class InFlight {
    final NDManager manager;
    final NDList data = new NDList();

    /**
     * Input tensors of each layer whose forward is repeated before its backward; null for other
     * layers.
     */
    final NDList[] inputs;

    /** Tape (record of the forward) of each layer; null before the forward is recorded. */
    final Tape[] tapes;

    InFlight(NDManager manager, int layers) {
      this.manager = manager;
      inputs = new NDList[layers];
      tapes = new Tape[layers];
    }
  }

  /**
   * Builds a stage from parameters that already have their values.
   *
   * @param manager owner of the stage's tensors; the stage closes the manager
   * @param parameters values and gradients of the stage's parameters on this rank
   * @param group the tensor-parallel ranks that share the stage's layers
   * @param kernels operations that the stage runs; the caller closes them after it has closed the
   *     stage
   */
  TapedStage(
      StageSpec spec,
      NDManager manager,
      StageParameters parameters,
      TensorGroup group,
      Kernels kernels) {
    this.spec = spec;
    this.group = group;
    this.manager = manager;
    this.kernels = kernels;
    this.parameters = parameters;
    layers = new LayerFactory(spec, group, parameters, manager, kernels).layers();
    lossSum = manager.zeros(new Shape());
    stream = new CudaStream(manager.getDevice());
    setLossScale(1);
  }

  @Override
  public void setLossScale(double scale) {
    if (lossGradient != null) {
      lossGradient.close();
    }
    lossGradient = manager.create((float) (scale / spec.microbatches()));
  }

  @Override
  public List<Shape> inputShapes() {
    return spec.isFirst() ? List.of() : shapesAfter(spec.firstLayer() - 1);
  }

  @Override
  public List<Shape> outputShapes() {
    return shapesAfter(spec.endLayer() - 1);
  }

  private List<Shape> shapesAfter(int layer) {
    return spec.model().layers().get(layer).outputShapes(spec.batch()).stream()
        .map(Shape::new)
        .toList();
  }

  @Override
  public DataType exchangedType() {
    return spec.precision().exchangedType();
  }

  @Override
  public boolean loadsData() {
    return spec.isFirst() || spec.isLast() || spec.layers().stream().anyMatch(this::embedsDecoder);
  }

  private boolean embedsDecoder(Layer layer) {
    return layer instanceof T5DecoderAttention attention && attention.number() == 0;
  }

  @Override
  public NDList forward(int microbatch, NDList data, NDList received) {
    InFlight flight = new InFlight(manager.newSubManager(), layers.size());
    if (inFlight.putIfAbsent(microbatch, flight) != null) {
      flight.manager.close();
      throw new IllegalStateException("Microbatch " + microbatch + " has already run its forward");
    }
    data.attach(flight.manager);
    flight.data.addAll(data);
    received.attach(flight.manager);
    NDList activations = readBits("bits_as_bfloat16", received, flight.manager);
    for (int i = 0; i < layers.size(); i++) {
      if (recomputes(i)) {
        flight.inputs[i] = activations;
        try (Tape tape = new Tape(flight.manager, kernels, group, false)) {
          activations = owned(run(i, tape, activations, flight), flight.manager);
        }
      } else {
        flight.tapes[i] = new Tape(flight.manager, kernels, group, true);
        activations = run(i, flight.tapes[i], activations, flight);
      }
    }
    if (spec.isLast()) {
      try (NDArray loss = activations.singletonOrThrow().stopGradient()) {
        lossSum.addi(loss);
      }
      return new NDList();
    }
    return readBits("bits_as_float16", owned(activations, manager), manager);
  }

  /**
   * In the precision BF16, converts tensors from bfloat16 to float16 or back, without changing
   * their bits. A stage exchanges bfloat16 activations as float16 tensors with the same bits,
   * because DJL does not support bfloat16 (see {@link Precision}). In every other precision,
   * returns the given tensors.
   *
   * @param tensors tensors to convert; the method closes them if it converts them
   */
  private NDList readBits(String kernel, NDList tensors, NDManager owner) {
    if (spec.precision() != Precision.BF16) {
      return tensors;
    }
    NDList changed = new NDList(tensors.size());
    for (NDArray tensor : tensors) {
      NDArray view = kernels.run(kernel, tensor);
      view.attach(owner);
      changed.add(view);
    }
    tensors.close();
    return changed;
  }

  private NDList run(int layer, Tape tape, NDList activations, InFlight flight) {
    return tape.run(
        (recorder, inputs) -> layers.get(layer).forward(recorder, inputs, flight.data),
        activations);
  }

  /**
   * Returns new tensor objects that share the memory of the given tensors. The new tensor objects
   * have no autograd graph and stay valid after the tape is closed.
   */
  private static NDList owned(NDList tensors, NDManager owner) {
    NDList handles = new NDList(tensors.size());
    for (NDArray tensor : tensors) {
      NDArray handle = tensor.stopGradient();
      handle.attach(owner);
      handles.add(handle);
    }
    return handles;
  }

  private boolean recomputes(int layer) {
    Layer described = spec.layers().get(layer);
    return spec.checkpointing() && described.isRecomputed();
  }

  @Override
  public void recompute(int microbatch) {
    InFlight flight = flight(microbatch);
    for (int i = 0; i < layers.size(); i++) {
      recompute(i, flight);
    }
  }

  private void recompute(int layer, InFlight flight) {
    if (flight.tapes[layer] == null) {
      flight.tapes[layer] = new Tape(flight.manager, kernels, group, true);
      run(layer, flight.tapes[layer], flight.inputs[layer], flight);
    }
  }

  @Override
  public NDList backward(int microbatch, NDList outputGradients, IntConsumer afterLayer) {
    InFlight flight = flight(microbatch);
    NDList gradients = readBits("bits_as_bfloat16", outputGradients, flight.manager);
    if (spec.isLast()) {
      gradients = owned(new NDList(lossGradient), flight.manager);
    }
    for (int i = layers.size() - 1; i >= 0; i--) {
      recompute(i, flight);
      NDList received = flight.tapes[i].backward(gradients, manager);
      gradients.close();
      gradients = received;
      flight.tapes[i].close();
      if (flight.inputs[i] != null) {
        flight.inputs[i].close();
      }
      afterLayer.accept(i);
    }
    inFlight.remove(microbatch);
    flight.manager.close();
    return readBits("bits_as_float16", gradients, manager);
  }

  private InFlight flight(int microbatch) {
    InFlight flight = inFlight.get(microbatch);
    if (flight == null) {
      throw new IllegalStateException("Microbatch " + microbatch + " has not run its forward");
    }
    return flight;
  }

  @Override
  public double takeLoss() {
    if (!spec.isLast()) {
      return Double.NaN;
    }
    double sum = lossSum.getFloat();
    kernels.run("clear_", lossSum).close();
    return sum;
  }

  @Override
  public List<StageParameter> parameters() {
    return parameters.all();
  }

  @Override
  public void synchronize() {
    stream.synchronize();
  }

  @Override
  public void close() {
    manager.close();
  }
}
