package perseus.cli.stretched;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import perseus.tensor.StageModel;
import perseus.tensor.parameter.StageParameter;

/**
 * Wraps a stage so that its forwards, recomputations and backwards take as long as {@link
 * StretchedTensors} requires.
 */
final class StretchedStage implements StageModel {
  private final StageModel stage;
  private final StretchedTensors tensors;

  StretchedStage(StageModel stage, StretchedTensors tensors) {
    this.stage = stage;
    this.tensors = tensors;
  }

  @Override
  public NDList forward(int microbatch, NDList data, NDList received) {
    AtomicReference<NDList> result = new AtomicReference<>();
    tensors.run("forward", () -> result.set(stage.forward(microbatch, data, received)));
    return result.get();
  }

  @Override
  public void recompute(int microbatch) {
    tensors.run("recompute", () -> stage.recompute(microbatch));
  }

  @Override
  public NDList backward(int microbatch, NDList outputGradients, IntConsumer afterLayer) {
    AtomicReference<NDList> result = new AtomicReference<>();
    tensors.run(
        "backward", () -> result.set(stage.backward(microbatch, outputGradients, afterLayer)));
    return result.get();
  }

  @Override
  public List<Shape> inputShapes() {
    return stage.inputShapes();
  }

  @Override
  public List<Shape> outputShapes() {
    return stage.outputShapes();
  }

  @Override
  public DataType exchangedType() {
    return stage.exchangedType();
  }

  @Override
  public boolean loadsData() {
    return stage.loadsData();
  }

  @Override
  public void setLossScale(double scale) {
    stage.setLossScale(scale);
  }

  @Override
  public double takeLoss() {
    return stage.takeLoss();
  }

  @Override
  public List<StageParameter> parameters() {
    return stage.parameters();
  }

  @Override
  public void synchronize() {
    stage.synchronize();
  }

  @Override
  public void close() {
    stage.close();
  }
}
