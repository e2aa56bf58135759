package perseus.model.resnet;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * Describes the first layer of a ResNet: 7 x 7 convolution with stride 2, batch normalization,
 * ReLU, 3 x 3 max-pooling with stride 2.
 *
 * @param imageSize height and width of the RGB images in pixels; a multiple of 32
 * @param channels number of output channels of the convolution
 */
public record ResNetStem(int imageSize, int channels) implements Layer {
  private static final int COLOURS = 3;
  private static final int KERNEL_AREA = 7 * 7;

  @Override
  public String name() {
    return "stem";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.whole("stem.convolution.weight", channels, COLOURS, 7, 7),
        Parameter.whole("stem.norm.weight", channels),
        Parameter.whole("stem.norm.bias", channels));
  }

  /** Returns the number of bytes of all images in a microbatch. */
  public double imageBytes(Batch batch) {
    return (double) FLOAT_BYTES * batch.microbatchSize() * COLOURS * imageSize * imageSize;
  }

  @Override
  public LayerWork work(Batch batch) {
    double convolved = batch.mapElements(channels, imageSize / 2);
    return new WorkTally()
        .matmul(convolved, COLOURS * KERNEL_AREA)
        .passes(
            convolved,
            Bottleneck.BATCH_NORM_FORWARD + WorkTally.MAP,
            Bottleneck.BATCH_NORM_BACKWARD + WorkTally.ADD)
        // Max-pooling reads the large feature maps and writes the small feature maps. The backward
        // of max-pooling fills the gradient of the large feature maps with zeros, and then writes
        // some elements of this gradient.
        .passes(convolved, 1, 2)
        .passes(batch.mapElements(channels, outputSize()), 1, 1)
        .gradients(this, batch)
        .of(this);
  }

  @Override
  public List<long[]> outputShapes(Batch batch) {
    return List.of(batch.mapShape(channels, outputSize()));
  }

  /** Returns the height and width of the stem's output feature maps. */
  public int outputSize() {
    return imageSize / 4;
  }
}
