package perseus.tensor.parameter;

import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Parameter;
import perseus.model.t5.T5Embedding;
import perseus.model.t5.T5Shape;

/**
 * Provides the initial values of one parameter, as the papers and the published code of the models
 * define them.
 *
 * <ul>
 *   <li>The initial weights of normalizations are 1. The initial values of all biases are 0. The
 *       initial weights of all layers except normalizations are random with mean 0.
 *   <li>In GPT-3, BERT and Bloom, most weights have the standard deviation {@code initStd}. In
 *       GPT-3 and Bloom, linear layers before a residual sum have the standard deviation {@code
 *       initStd} / sqrt(2 * transformer blocks) (Radford et al., 2019).
 *   <li>T5 (Raffel et al., 2020) uses the standard deviation 1 / sqrt(inputs) for a linear layer.
 *       In T5, the linear layer of the queries has the standard deviation 1 / sqrt(inputs * head
 *       width), because T5 does not scale attention scores. T5 uses the standard deviation 1 /
 *       sqrt(hidden width) for relative position biases, and 1 for the embedding.
 *   <li>A convolution of Wide-ResNet has the standard deviation sqrt(2 / (output channels * kernel
 *       height * kernel width)), as in torchvision (He initialization). In Wide-ResNet, the
 *       standard deviation of the head's weights is 1 / sqrt(3 * inputs).
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
   * Returns the initial values of one parameter of a model.
   *
   * @param seed seed from which all initial values of the model are computed
   * @param initStd standard deviation of the initial weights in the families GPT-3, BERT and Bloom
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

  /**
   * Returns the initial value of one element of the parameter. The position of an element is its
   * index in the whole tensor, in row-major order.
   */
  float valueAt(long position) {
    return std == 0 ? (float) constant : initializer.normal(position, std);
  }
}
