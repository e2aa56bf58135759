package perseus.model.resnet;

import java.util.ArrayList;
import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes a residual bottleneck of a ResNet (a block of three convolutions with a residual sum),
 * as torchvision defines it.
 *
 * <p>A bottleneck has two branches: a main branch and a residual branch. The main branch has three
 * convolutions, and a batch normalization follows each convolution. The first convolution of the
 * main branch is 1 x 1 and has {@code width} output channels. The second convolution of the main
 * branch is 3 x 3, has the stride {@code stride}, and has {@code width} output channels. The third
 * convolution of the main branch is 1 x 1 and has {@code outputs} output channels. If the input and
 * the output have the same shape, the residual branch passes the input on unchanged. If the input
 * and the output have different shapes, the residual branch is a 1 x 1 convolution with the stride
 * {@code stride} (projection). The bottleneck adds the results of its two branches and then applies
 * ReLU. The model's last bottleneck also contains the head, which computes the loss.
 *
 * @param number index of the bottleneck in the model, counted from 0
 * @param inputSize height and width of the bottleneck's input feature maps
 * @param stride stride of the 3 x 3 convolution, 1 or 2
 * @param inputs number of input channels of the bottleneck
 * @param width number of channels of the inner (3 x 3) convolution
 * @param outputs number of output channels of the bottleneck
 * @param projection true if the residual branch is a convolution, because the input and the output
 *     have different shapes
 * @param classes number of image classes among which the head (average pooling, linear layer and
 *     loss) of this bottleneck chooses; 0 if the bottleneck contains no head
 */
public record Bottleneck(
    int number,
    int inputSize,
    int stride,
    int inputs,
    int width,
    int outputs,
    boolean projection,
    int classes)
    implements Layer {
  /**
   * A batch normalization makes 3 passes over its input tensor: one read for the mean and variance,
   * then one read and one write.
   */
  static final double BATCH_NORM_FORWARD = 3;

  /**
   * The backward of a batch normalization makes 5 passes (reads or writes of a whole tensor). Of
   * the 5 passes, 2 read the input, 2 read the output gradient, and 1 writes the input's gradient.
   */
  static final double BATCH_NORM_BACKWARD = 5;

  private static final int KERNEL_AREA = 3 * 3;

  @Override
  public String name() {
    return "bottleneck " + number;
  }

  @Override
  public boolean isBlock() {
    return true;
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    addConvolution(parameters, "reduce", width, inputs, 1);
    addConvolution(parameters, "inner", width, width, 3);
    addConvolution(parameters, "expand", outputs, width, 1);
    if (projection) {
      addConvolution(parameters, "project", outputs, inputs, 1);
    }
    if (classes > 0) {
      parameters.add(Parameter.whole("head.weight", classes, outputs));
      parameters.add(Parameter.whole("head.bias", classes));
    }
    return List.copyOf(parameters);
  }

  private void addConvolution(List<Parameter> to, String part, int out, int in, int kernel) {
    String prefix = "bottleneck" + number + "." + part;
    to.add(Parameter.whole(prefix + ".weight", out, in, kernel, kernel));
    to.add(Parameter.whole(prefix + ".norm.weight", out));
    to.add(Parameter.whole(prefix + ".norm.bias", out));
  }

  @Override
  public LayerWork work(Batch batch) {
    double reduced = batch.mapElements(width, inputSize);
    double inner = batch.mapElements(width, outputSize());
    double expanded = batch.mapElements(outputs, outputSize());
    WorkTally tally =
        new WorkTally()
            .matmul(reduced, inputs)
            .matmul(inner, (double) KERNEL_AREA * width)
            .matmul(expanded, width)
            // A batch normalization and ReLU follow each of the first two convolutions of the
            // bottleneck.
            .passes(
                reduced + inner,
                BATCH_NORM_FORWARD + WorkTally.MAP,
                BATCH_NORM_BACKWARD + WorkTally.ADD)
            // A batch normalization, the residual sum and ReLU follow the third convolution.
            .passes(
                expanded,
                BATCH_NORM_FORWARD + WorkTally.ADD + WorkTally.MAP,
                BATCH_NORM_BACKWARD + WorkTally.ADD)
            // The backward of the bottleneck adds the gradients that its two branches pass to the
            // input.
            .passes(batch.mapElements(inputs, inputSize), 0, WorkTally.ADD);
    if (projection) {
      tally.matmul(expanded, inputs).passes(expanded, BATCH_NORM_FORWARD, BATCH_NORM_BACKWARD);
    }
    if (classes > 0) {
      double logits = (double) batch.microbatchSize() * classes;
      tally.passes(expanded, 1, 1).matmul(logits, outputs).crossEntropy(logits);
    }
    return tally.gradients(this, batch).of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return classes > 0 ? List.of() : List.of(batch.mapShape(outputs, outputSize()));
  }

  /** Returns the height and width of the bottleneck's output feature maps. */
  public int outputSize() {
    return inputSize / stride;
  }
}
