package perseus.model.resnet;

import java.util.List;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;

/**
 * The first convolution (7 x 7, stride 2) with batch normalization and ReLU, then 3 x 3 max-pooling
 * with stride 2.
 *
 * @param imageSize height and width of an image of three colours, pixels; a multiple of 32
 * @param channels channels that it produces
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

  /** Bytes of the images of a microbatch. */
  public double imageBytes(Batch batch) {
    return (double) FLOAT_BYTES * batch.microbatchSize() * COLOURS * imageSize * imageSize;
  }

  @Override
  public LayerWork work(Batch batch) {
    double convolved = maps(batch, imageSize / 2);
    return new WorkTally()
        .matmul(convolved, COLOURS * KERNEL_AREA)
        .passes(
            convolved,
            Bottleneck.BATCH_NORM_FORWARD + WorkTally.MAP,
            Bottleneck.BATCH_NORM_BACKWARD + WorkTally.ADD)
        // Pooling reads the large maps and writes the small ones; backward fills and scatters.
        .passes(convolved, 1, 2)
        .passes(maps(batch, imageSize / 4), 1, 1)
        .gradients(this, batch)
        .of(this);
  }

  @Override
  public double outputBytes(Batch batch) {
    return FLOAT_BYTES * maps(batch, imageSize / 4);
  }

  private double maps(Batch batch, int size) {
    return (double) batch.microbatchSize() * channels * size * size;
  }
}
