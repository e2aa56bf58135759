package perseus.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import perseus.tensor.autograd.Kernels;
import perseus.tensor.parameter.StageParameter;

/**
 * The optimizer AdamW (Loshchilov and Hutter, 2019). It changes the parameters in place. With
 * gradient g at step t,
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g
 *   v = beta2 v + (1 - beta2) g^2
 *   p = p - rate (m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) + decay p)
 * </pre>
 *
 * <p>The rate rises linearly over the warm-up steps. Only parameters with at least two dimensions
 * decay, which excludes biases and the weights of normalizations. Each element is updated on its
 * own, so that the parts of a split parameter change as the whole parameter would. Not thread-safe.
 */
public final class AdamW implements AutoCloseable {
  /**
   * Hyperparameters of the optimizer.
   *
   * @param learningRate learning rate after the warm-up
   * @param warmupSteps number of steps w in which the rate rises; step t has t / w of the rate
   * @param beta1 decay rate of the first moment
   * @param beta2 decay rate of the second moment
   * @param epsilon summand in the denominator, added to the root of the second moment
   * @param weightDecay share of a weight that a step subtracts, divided by the rate
   */
  public record Settings(
      double learningRate,
      int warmupSteps,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay) {

    /** Settings with the usual constants for training transformers. */
    public static Settings of(double learningRate, int warmupSteps) {
      return new Settings(learningRate, warmupSteps, 0.9, 0.999, 1e-8, 0.01);
    }

    /** Learning rate of a step; steps count from 1. */
    public double rateAt(int step) {
      return step < warmupSteps ? learningRate * step / warmupSteps : learningRate;
    }
  }

  private record Trained(StageParameter parameter, NDArray first, NDArray second, boolean decays) {}

  private final Settings settings;
  private final NDManager manager;
  private final NDManager host;
  private final Kernels kernels;
  private final List<Trained> trained;
  private int steps;

  /**
   * Creates an optimizer whose moments are zero.
   *
   * @param parameters the parameters to train; at least one
   */
  public AdamW(List<StageParameter> parameters, Settings settings) {
    this.settings = settings;
    manager = parameters.get(0).value().getManager().newSubManager();
    host = manager.newSubManager(Device.cpu());
    kernels = new Kernels(manager);
    trained =
        parameters.stream()
            .map(
                parameter ->
                    new Trained(
                        parameter,
                        manager.zeros(parameter.value().getShape()),
                        manager.zeros(parameter.value().getShape()),
                        parameter.value().getShape().dimension() > 1))
            .toList();
  }

  /** Updates the parameters by their gradients, then sets the gradients to zero. */
  public void step() {
    steps++;
    double rate = settings.rateAt(steps);
    double firstCorrection = 1 - Math.pow(settings.beta1(), steps);
    double secondCorrection = 1 - Math.pow(settings.beta2(), steps);
    for (Trained each : trained) {
      double decay = each.decays ? rate * settings.weightDecay() : 0;
      try (NDArray rates =
          host.create(
              new double[] {
                rate / firstCorrection,
                decay,
                settings.beta1(),
                settings.beta2(),
                Math.sqrt(secondCorrection),
                settings.epsilon()
              })) {
        kernels
            .run(
                "adamw_",
                each.parameter.value(),
                each.parameter.gradient(),
                each.first,
                each.second,
                rates)
            .close();
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
