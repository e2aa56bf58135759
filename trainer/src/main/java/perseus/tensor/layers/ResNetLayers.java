package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import perseus.model.resnet.Bottleneck;
import perseus.model.resnet.ResNetStem;
import perseus.tensor.autograd.Precision;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Creates the layers of Wide-ResNet. The training data of a microbatch are images of the shape
 * (samples, colours, height, width) and classes of the shape (samples).
 *
 * <p>The batch normalization in Wide-ResNet uses the mean and variance of the microbatch. The
 * layers of Wide-ResNet keep no running averages of mean and variance, because only evaluation
 * needs running averages.
 */
public final class ResNetLayers {
  private final StageParameters parameters;
  private final Precision precision;

  /**
   * Creates a factory for layers of Wide-ResNet that use the given parameters.
   *
   * @param precision type of the convolutions and of the activations
   */
  public ResNetLayers(StageParameters parameters, Precision precision) {
    this.parameters = parameters;
    this.precision = precision;
  }

  /**
   * Creates the first layer of Wide-ResNet, which applies a convolution, batch normalization, ReLU
   * and max-pooling.
   */
  public TensorLayer of(ResNetStem layer) {
    Normalized stem = normalized("stem.convolution.weight", "stem", 2);
    return (tape, activations, data) -> {
      NDArray images = tape.convert(precision, data.get(0));
      return new NDList(tape.call("max_pool", stem.applyWithRelu(tape, images)));
    };
  }

  /**
   * Creates a residual bottleneck block (three convolutions and a residual sum). The last
   * bottleneck of the model also contains the head, which computes the loss.
   */
  public TensorLayer of(Bottleneck layer) {
    String prefix = "bottleneck" + layer.number() + ".";
    Normalized reduce = normalized(prefix + "reduce", 1);
    Normalized inner = normalized(prefix + "inner", layer.stride());
    Normalized expand = normalized(prefix + "expand", 1);
    Normalized project = layer.projection() ? normalized(prefix + "project", layer.stride()) : null;
    LocalParameter headWeight = layer.classes() > 0 ? parameters.get("head.weight") : null;
    LocalParameter headBias = layer.classes() > 0 ? parameters.get("head.bias") : null;
    return (tape, activations, data) -> {
      NDArray x = activations.get(0);
      NDArray narrow = inner.applyWithRelu(tape, reduce.applyWithRelu(tape, x));
      NDArray identity = project == null ? x : project.apply(tape, x);
      NDArray y = tape.call("add_relu", expand.apply(tape, narrow), identity);
      return new NDList(
          headWeight == null
              ? y
              : tape.call("classify", y, headWeight.value(), headBias.value(), data.get(1)));
    };
  }

  private Normalized normalized(String name, int stride) {
    return normalized(name + ".weight", name, stride);
  }

  private Normalized normalized(String weight, String name, int stride) {
    return new Normalized(
        new Convolution(parameters.get(weight), stride),
        parameters.get(name + ".norm.weight"),
        parameters.get(name + ".norm.bias"));
  }

  /** Applies a convolution and then a batch normalization to feature maps. */
  private record Normalized(Convolution convolution, LocalParameter scale, LocalParameter shift) {
    NDArray apply(Tape tape, NDArray x) {
      return normalize("batch_norm", tape, x);
    }

    NDArray applyWithRelu(Tape tape, NDArray x) {
      return normalize("batch_norm_relu", tape, x);
    }

    private NDArray normalize(String norm, Tape tape, NDArray x) {
      return tape.call(norm, convolution.apply(tape, x), scale.value(), shift.value());
    }
  }
}
