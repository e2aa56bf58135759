package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import perseus.random.SplitMix;

/**
 * Generates random training data for image models. The pixels of the images are uniform noise with
 * mean 0 and variance 1, and their classes are random.
 *
 * @param samples number of images in a microbatch
 * @param size height and width of an image, in pixels
 * @param classes number of classes of the model
 * @param seed seed from which all random pixels and classes are generated
 */
record SyntheticImages(int samples, int size, int classes, long seed) implements TrainingData {
  /** Width of an interval on which a uniform distribution has the variance 1. */
  private static final double WIDTH = Math.sqrt(12);

  @Override
  public NDList microbatch(long index, NDManager manager) {
    float[] pixels = new float[samples * ImageFolder.COLOURS * size * size];
    long[] labels = new long[samples];
    SplittableRandom random = SplitMix.random(seed, index);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) ((random.nextDouble() - 0.5) * WIDTH);
    }
    for (int i = 0; i < samples; i++) {
      labels[i] = random.nextInt(classes);
    }
    return new NDList(
        manager.create(pixels, new Shape(samples, ImageFolder.COLOURS, size, size)),
        manager.create(labels));
  }
}
