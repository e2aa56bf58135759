package perseus.model.resnet;

import java.util.ArrayList;
import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * A residual bottleneck of a ResNet, as torchvision defines it.
 *
 * <p>The main branch has three convolutions, each with batch normalization: 1 x 1 to the inner
 * width, 3 x 3 with the stride, and 1 x 1 to the output channels. The other branch is the identity,
 * or a strided 1 x 1 projection where the shape changes. The branches are added, and ReLU follows.
 * The model's last bottleneck also contains the head.
 *
 * @param number index among the model's bottlenecks, from 0
 * @param inputSize height and width of the input maps
 * @param stride 1 or 2
 * @param inputs input channels
 * @param width channels of the inner convolution
 * @param outputs output channels
 * @param projection whether the shape changes
 * @param classes number of classes of the head (average pooling, linear layer, loss) that the
 *     bottleneck contains; 0 for no head
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
  /** Passes of batch normalization: one read for the statistics, then one read and one write. */
  static final double BATCH_NORM_FORWARD = 3;

  /**
   * Passes of the backward of batch normalization: input and output gradient are read for the sums
   * and again for the input's gradient, which is written.
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
            // First two convolutions: normalization and ReLU.
            .passes(
                reduced + inner,
                BATCH_NORM_FORWARD + WorkTally.MAP,
                BATCH_NORM_BACKWARD + WorkTally.ADD)
            // Third convolution: normalization, residual sum and ReLU.
            .passes(
                expanded,
                BATCH_NORM_FORWARD + WorkTally.ADD + WorkTally.MAP,
                BATCH_NORM_BACKWARD + WorkTally.ADD)
            // The gradients of the two branches are added at the input.
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

  /** Height and width of the output maps. */
  public int outputSize() {
    return inputSize / stride;
  }
}
