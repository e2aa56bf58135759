package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import perseus.tensor.autograd.Tape;
import perseus.tensor.data.ImageFolder;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.runtime.DjlRuntime;

/**
 * Applies a convolution to feature maps of the shape (samples, channels, height, width). The
 * convolution keeps or halves the height and width of the feature maps.
 *
 * <p>On a CPU, PyTorch calls the libraries oneDNN and NNPACK for convolutions. Some virtual
 * machines hide the cache sizes of the processor (CPUID leaf 0x8000001D is all zeros). If a virtual
 * machine hides the cache sizes, oneDNN may compute wrong results, and NNPACK prints warnings.
 *
 * <ul>
 *   <li>The library oneDNN stores weights in blocks of 16, 32 or 64 channels. PyTorch 2.7 contains
 *       oneDNN 3.7. If a virtual machine hides the cache sizes, oneDNN up to version 3.7 assumes a
 *       cache of one byte. With a cache of one byte, oneDNN pads an incomplete block of channels
 *       with too few zeros. The outputs and gradients of a convolution with an incomplete block of
 *       channels may be wrong or NaN, without a message. From version 3.8 on, oneDNN assumes a
 *       usual size for a hidden cache.
 *   <li>The library NNPACK prints a warning at every call if a virtual machine hides the cache
 *       sizes. PyTorch calls NNPACK for 1 x 1 convolutions on one thread.
 * </ul>
 *
 * <p>For a convolution with an incomplete block of channels, this class uses PyTorch's own
 * implementation, which has about half the speed of oneDNN. For 1 x 1 convolutions on one thread,
 * this class uses PyTorch's own implementation, which is as fast as NNPACK. The choice of the
 * implementation is the same on every CPU, so that results do not depend on the processor. No model
 * of the model zoo has a convolution with an incomplete block of channels in oneDNN.
 *
 * @param weight weights of the convolution, of the shape (output channels, input channels, size,
 *     size); the size is odd
 * @param stride 1 to keep the height and width of the feature maps, or 2 to halve them
 */
record Convolution(LocalParameter weight, int stride) {
  private static final int MIN_BLOCK_CHANNELS = 16;
  private static final int MAX_BLOCK_CHANNELS = 64;

  /**
   * Applies the convolution to feature maps. PyTorch's automatic differentiation records the
   * convolution for the backward.
   */
  NDArray apply(Tape tape, NDArray x) {
    String kernel = stride == 1 ? "convolution" : "halving_convolution";
    return tape.call(usesNativeKernel() ? "native_" + kernel : kernel, x, weight.value());
  }

  /** Returns whether PyTorch must use its own implementation instead of oneDNN and NNPACK. */
  private boolean usesNativeKernel() {
    if (weight.value().getDevice().isGpu()) {
      return false;
    }
    Shape shape = weight.value().getShape();
    boolean callsNnpack = shape.get(2) == 1 && stride == 1 && DjlRuntime.threads() == 1;
    // The library oneDNN does not store the three colour channels of an image in blocks.
    boolean fillsBlocks =
        fillsBlocks(shape.get(0))
            && (shape.get(1) == ImageFolder.COLOURS || fillsBlocks(shape.get(1)));
    return callsNnpack || !fillsBlocks;
  }

  private static boolean fillsBlocks(long channels) {
    return channels % MAX_BLOCK_CHANNELS == 0
        || channels >= MIN_BLOCK_CHANNELS && MAX_BLOCK_CHANNELS % channels == 0;
  }
}
