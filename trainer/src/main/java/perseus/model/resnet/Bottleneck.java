package perseus.model.resnet;

import java.util.ArrayList;
import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * torchvision's residual bottleneck: convolutions of 1 x 1 to the inner width, 3 x 3 (which has the
 * stride), and 1 x 1 to the output channels, each with batch normalization; the identity, or a
 * strided 1 x 1 projection where the shape changes; sum and ReLU. The last one carries the head.
 *
 * @param number its place among the model's bottlenecks, from 0
 * @param inputSize height and width of its input maps
 * @param stride 1 or 2
 * @param inputs channels of its input
 * @param width channels of the inner convolution
 * @param outputs channels of its output
 * @param projection whether the shape changes
 * @param classes classes of the head (average pooling, linear, loss) that follows, or 0 for none
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
  /** Batch statistics read the maps, normalization reads and writes them. */
  static final double BATCH_NORM_FORWARD = 3;

  /** Input and gradient are read for the sums, again for the input's gradient, which is written. */
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
    double reduced = maps(batch, inputSize, width);
    double inner = maps(batch, outputSize(), width);
    double expanded = maps(batch, outputSize(), outputs);
    WorkTally tally =
        new WorkTally()
            .matmul(reduced, inputs)
            .matmul(inner, (double) KERNEL_AREA * width)
            .matmul(expanded, width)
            // Normalization and ReLU after the first two convolutions.
            .passes(
                reduced + inner,
                BATCH_NORM_FORWARD + WorkTally.MAP,
                BATCH_NORM_BACKWARD + WorkTally.ADD)
            // Normalization, residual sum, ReLU.
            .passes(
                expanded,
                BATCH_NORM_FORWARD + WorkTally.ADD + WorkTally.MAP,
                BATCH_NORM_BACKWARD + WorkTally.ADD)
            // The gradients of the two branches meet at the input.
            .passes(maps(batch, inputSize, inputs), 0, WorkTally.ADD);
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
  public double outputBytes(Batch batch) {
    return classes > 0 ? 0 : FLOAT_BYTES * maps(batch, outputSize(), outputs);
  }

  public int outputSize() {
    return inputSize / stride;
  }

  private static double maps(Batch batch, int size, int channels) {
    return (double) batch.microbatchSize() * channels * size * size;
  }
}
