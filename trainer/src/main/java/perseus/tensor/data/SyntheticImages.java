package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import perseus.tensor.runtime.SplitMix;

/**
 * Images of uniform noise (mean 0, variance 1) in classes at random: there is nothing to learn.
 *
 * @param samples images of a microbatch
 * @param size height and width, pixels
 * @param classes number of classes
 */
record SyntheticImages(int samples, int size, int classes, long seed) implements TrainingData {
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
