package perseus.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import perseus.tensor.autograd.Kernels;
import perseus.tensor.parameter.StageParameter;

/**
 * Updates the parameters of a rank with the optimizer AdamW (Loshchilov and Hutter, 2019). A step
 * of the optimizer changes the parameters in place. Step t changes the first moment m, the second
 * moment v and the parameter p with the gradient g:
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g
 *   v = beta2 v + (1 - beta2) g^2
 *   p = p - rate (m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) + decay p)
 * </pre>
 *
 * <p>The learning rate rises linearly during the warm-up steps and is constant afterwards. Weight
 * decay applies only to parameters with at least two dimensions, so biases and normalization
 * weights do not decay. The new value of a parameter element depends only on the element itself,
 * its moments and its gradient. A rank that holds only a part of a parameter computes the same
 * values as a rank with the whole parameter. During a step, the host does not wait for the GPU. The
 * class {@code AdamW} is not thread-safe.
 */
public final class AdamW implements AutoCloseable {
  /**
   * Holds the hyperparameters of the optimizer AdamW.
   *
   * @param learningRate learning rate of all steps after the warm-up
   * @param warmupSteps number of warm-up steps, in which the learning rate rises linearly. In step
   *     t of the warm-up, the learning rate is {@code learningRate} * t / {@code warmupSteps}.
   * @param beta1 decay rate of the first moment (mean of the gradients)
   * @param beta2 decay rate of the second moment (mean of the squared gradients)
   * @param epsilon constant that is added to the square root of the second moment, to avoid a
   *     division by zero
   * @param weightDecay factor of the weight decay; a step subtracts weightDecay * learning rate *
   *     weight from each weight
   */
  public record Settings(
      double learningRate,
      int warmupSteps,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay) {

    /**
     * Returns hyperparameters with the usual values of beta1, beta2, epsilon and weight decay for
     * transformers.
     */
    public static Settings of(double learningRate, int warmupSteps) {
      return new Settings(learningRate, warmupSteps, 0.9, 0.999, 1e-8, 0.01);
    }

    /** Returns the learning rate of an optimizer step; the first step of the training is step 1. */
    public double rateAt(int step) {
      return step < warmupSteps ? learningRate * step / warmupSteps : learningRate;
    }
  }

  /**
   * Holds the first and the second moment of one parameter.
   *
   * @param parameter name of the parameter
   * @param first first moment (mean of the gradients); callers may change it in place
   * @param second second moment (mean of the squared gradients); callers may change it in place
   */
  public record Moments(String parameter, NDArray first, NDArray second) {}

  private record Trained(StageParameter parameter, NDArray first, NDArray second, boolean decays) {}

  private final Settings settings;
  private final NDManager manager;
  private final NDManager host;
  private final Kernels kernels;
  private final List<Trained> trained;
  private final boolean fused;
  private final NDArray stepOnDevice;
  private int steps;

  /**
   * Creates an optimizer whose first and second moments are zero.
   *
   * @param parameters the parameters that the optimizer trains; at least one parameter
   */
  public AdamW(List<StageParameter> parameters, Settings settings) {
    this(parameters, settings, parameters.get(0).value().getDevice().isGpu());
  }

  /**
   * Creates an optimizer whose first and second moments are zero.
   *
   * @param fused whether PyTorch's fused AdamW operation updates the parameters, which is faster on
   *     a GPU
   */
  AdamW(List<StageParameter> parameters, Settings settings, boolean fused) {
    this.settings = settings;
    this.fused = fused;
    manager = parameters.get(0).value().getManager().newSubManager();
    host = manager.newSubManager(Device.cpu());
    kernels = new Kernels(manager);
    stepOnDevice = manager.zeros(new Shape(1));
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

  /** Changes all parameters according to their gradients, and then sets the gradients to zero. */
  public void step() {
    steps++;
    kernels.run("increment_", stepOnDevice).close();
    for (Trained each : trained) {
      double decay = each.decays ? settings.weightDecay() : 0;
      // The learning rates are in the memory of the host, so PyTorch's operation can read them
      // without waiting for the GPU.
      try (NDArray rates = host.create(fused ? fusedRates(decay) : rates(decay))) {
        kernels
            .run(
                fused ? "fused_adamw_" : "adamw_",
                each.parameter.value(),
                each.parameter.gradient(),
                each.first,
                each.second,
                stepOnDevice,
                rates)
            .close();
      }
      each.parameter.valuesChanged();
    }
  }

  private double[] rates(double decay) {
    double rate = settings.rateAt(steps);
    double firstCorrection = 1 - Math.pow(settings.beta1(), steps);
    double secondCorrection = 1 - Math.pow(settings.beta2(), steps);
    return new double[] {
      rate / firstCorrection,
      rate * decay,
      settings.beta1(),
      settings.beta2(),
      Math.sqrt(secondCorrection),
      settings.epsilon()
    };
  }

  private double[] fusedRates(double decay) {
    return new double[] {
      settings.rateAt(steps), settings.beta1(), settings.beta2(), decay, settings.epsilon()
    };
  }

  /** Returns the moments of all parameters, in the order of the parameters. */
  public List<Moments> moments() {
    return trained.stream()
        .map(each -> new Moments(each.parameter.name(), each.first, each.second))
        .toList();
  }

  /** Returns the number of optimizer steps since the start of the training. */
  public int steps() {
    return steps;
  }

  /**
   * Sets the number of optimizer steps that the training has already done; the next step has the
   * number {@code doneSteps} + 1.
   */
  public void resumeAfter(int doneSteps) {
    steps = doneSteps;
    stepOnDevice.muli(0).addi(doneSteps);
  }

  @Override
  public void close() {
    manager.close();
  }
}
