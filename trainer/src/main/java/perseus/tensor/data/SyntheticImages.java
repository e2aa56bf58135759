package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import perseus.random.SplitMix;

/**
 * Random training data for image models: uniform noise with mean 0 and variance 1, and random
 * classes.
 *
 * @param samples number of images in a microbatch
 * @param size height and width in pixels
 * @param classes number of classes
 * @param seed seed of the data
 */
record SyntheticImages(int samples, int size, int classes, long seed) implements TrainingData {
  /** Width of a uniform distribution with variance 1. */
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
