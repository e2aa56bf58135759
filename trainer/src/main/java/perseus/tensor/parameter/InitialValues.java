package perseus.tensor.parameter;

import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Parameter;
import perseus.model.t5.T5Embedding;
import perseus.model.t5.T5Shape;

/**
 * Initial values of a parameter, as the papers and their published code have them.
 *
 * <ul>
 *   <li>Weights of normalizations are 1, biases 0.
 *   <li>GPT-3, BERT, Bloom: weights are normal with the given standard deviation; in GPT-3 and
 *       Bloom those that write to the residual stream are divided by the square root of the number
 *       of residual layers (Radford et al., 2019).
 *   <li>T5: the standard deviation is the inverse root of a linear's inputs (for queries also of
 *       the head's width, as scores are not scaled), that of the stream's width for relative
 *       biases, and 1 for the embedding (Raffel et al., 2020).
 *   <li>Wide-ResNet: He's initialization by the outputs of a convolution (torchvision); the head's
 *       standard deviation is the inverse root of three times its inputs.
 * </ul>
 */
public final class InitialValues {
  private final Initializer initializer;
  private final double constant;
  private final double std;

  private InitialValues(Initializer initializer, double constant, double std) {
    this.initializer = initializer;
    this.constant = constant;
    this.std = std;
  }

  /**
   * The initial values of a parameter.
   *
   * @param initStd standard deviation where the family leaves it open
   */
  public static InitialValues of(Model model, Parameter parameter, long seed, double initStd) {
    String name = parameter.name();
    Initializer initializer = new Initializer(seed, name);
    if (name.endsWith("norm.weight")) {
      return new InitialValues(initializer, 1, 0);
    }
    if (name.endsWith(".bias")) {
      return new InitialValues(initializer, 0, 0);
    }
    double std =
        switch (model.family()) {
          case GPT3, BLOOM, BERT -> transformer(model, name, initStd);
          case T5 -> t5(((T5Embedding) model.layers().get(0)).shape(), parameter);
          case WIDE_RESNET -> resNet(parameter);
        };
    return new InitialValues(initializer, 0, std);
  }

  private static double transformer(Model model, String name, double initStd) {
    boolean residual = name.endsWith("output.weight") || name.endsWith("down.weight");
    if (model.family() == Family.BERT || !residual) {
      return initStd;
    }
    long blocks = model.layers().stream().filter(layer -> layer.isBlock()).count();
    return initStd / Math.sqrt(2.0 * blocks);
  }

  private static double t5(T5Shape model, Parameter parameter) {
    String name = parameter.name();
    if (name.equals("embedding.tokens.weight")) {
      return 1;
    }
    double inputs = parameter.shape().get(1);
    if (name.endsWith("relative_bias.weight")) {
      return 1 / Math.sqrt(model.hidden());
    }
    return 1 / Math.sqrt(name.endsWith("query.weight") ? inputs * model.headWidth() : inputs);
  }

  private static double resNet(Parameter parameter) {
    int outputs = parameter.shape().get(0);
    if (parameter.shape().size() == 2) {
      return 1 / Math.sqrt(3.0 * parameter.shape().get(1));
    }
    int kernelArea = parameter.shape().get(2) * parameter.shape().get(3);
    return Math.sqrt(2.0 / (outputs * kernelArea));
  }

  /** The value at a place of the whole tensor, counted in row-major order. */
  float valueAt(long place) {
    return std == 0 ? (float) constant : initializer.normal(place, std);
  }
}
