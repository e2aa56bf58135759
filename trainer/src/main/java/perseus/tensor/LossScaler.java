package perseus.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import perseus.tensor.autograd.Kernels;
import perseus.tensor.parameter.StageParameter;

/**
 * Multiplies the loss by a factor that changes during training, so that small gradients do not
 * become zero in float16 (Micikevicius et al., 2018).
 *
 * <p>Each backward computes the gradients of scale * loss. After the last backward of an iteration,
 * {@link #unscale} divides the gradients by the scale. The gradients have overflowed if an element
 * on any rank is infinite or NaN. After an overflow, all ranks skip the optimizer step. An overflow
 * divides the scale by 2. The scale is multiplied by 2 after a number of consecutive steps without
 * overflow (the window). All ranks compute the same scale, because each rank is told whether the
 * gradients of any rank have overflowed.
 *
 * <p>The class {@code LossScaler} is not thread-safe.
 */
public final class LossScaler implements AutoCloseable {
  private static final double FACTOR = 2;

  /**
   * Holds the parameters of loss scaling.
   *
   * @param initialScale scale of the first step, at least 1
   * @param window number of consecutive steps without overflow after which the scale grows, at
   *     least 1
   */
  public record Settings(double initialScale, int window) {}

  /**
   * Holds the values that a checkpoint saves, so that loss scaling can continue from them.
   *
   * @param scale scale of the next step
   * @param goodSteps number of steps since the last overflow or growth of the scale
   */
  public record State(double scale, int goodSteps) {}

  private final RankModel model;
  private final int window;
  private final NDManager manager;
  private final Kernels kernels;
  private final List<StageParameter> parameters;
  private final NDArray overflow;
  private NDArray inverse;
  private State state;

  /** Creates a scaler, and sets the loss scale of the model's stages to the initial scale. */
  public LossScaler(RankModel model, Settings settings) {
    this.model = model;
    this.window = settings.window();
    parameters = model.parameters();
    manager = parameters.get(0).value().getManager().newSubManager();
    kernels = new Kernels(manager);
    overflow = manager.zeros(new Shape(1));
    resume(new State(settings.initialScale(), 0));
  }

  /** Returns the state of loss scaling that a checkpoint saves. */
  public State state() {
    return state;
  }

  /** Continues loss scaling with the values that a checkpoint has saved. */
  public void resume(State saved) {
    state = saved;
    if (inverse != null) {
      inverse.close();
    }
    inverse = manager.create(new float[] {(float) (1 / saved.scale())});
    model.setLossScale(saved.scale());
  }

  /**
   * Divides the gradients of all parameters by the scale.
   *
   * @return a float32 tensor of one element: 1 if an element of a gradient of this rank is infinite
   *     or NaN, else 0. The ranks sum the returned tensors to find out whether gradients have
   *     overflowed on any rank. The scaler owns the returned tensor. The next call of {@code
   *     unscale} changes the value of the returned tensor.
   */
  public NDArray unscale() {
    kernels.run("clear_", overflow).close();
    for (StageParameter parameter : parameters) {
      kernels.run("unscale_", parameter.gradient(), overflow, inverse).close();
    }
    return overflow;
  }

  /** Sets all gradients to zero. Callers call this method if they skip an optimizer step. */
  public void clearGradients() {
    parameters.forEach(parameter -> kernels.run("clear_", parameter.gradient()).close());
  }

  /**
   * Adapts the scale after a step.
   *
   * @param overflowed whether a gradient of any rank has overflowed
   */
  public void stepFinished(boolean overflowed) {
    int good = state.goodSteps() + 1;
    if (overflowed) {
      resume(new State(state.scale() / FACTOR, 0));
    } else if (good < window) {
      state = new State(state.scale(), good);
    } else {
      double grown = state.scale() * FACTOR;
      resume(new State(grown <= Float.MAX_VALUE ? grown : state.scale(), 0));
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
