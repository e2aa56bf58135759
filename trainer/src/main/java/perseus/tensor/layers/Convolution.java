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
 * <p>On a CPU, PyTorch calls other libraries for convolutions. Some virtual machines hide the cache
 * sizes of the processor (CPUID leaf 0x8000001D is all zeros). On machines with hidden cache sizes,
 * the library oneDNN may give wrong results, and the library NNPACK prints warnings.
 *
 * <ul>
 *   <li>The library oneDNN stores weights in blocks of 16, 32 or 64 channels. PyTorch 2.7 contains
 *       oneDNN 3.7. On machines with hidden cache sizes, oneDNN up to version 3.7 assumes that the
 *       cache has one byte. As a consequence, oneDNN does not write all of the zeros that must fill
 *       the last block of channels. If the channels of a convolution do not fill the last block,
 *       oneDNN up to version 3.7 may compute outputs and gradients that are wrong or NaN. The
 *       library oneDNN prints no message when it computes wrong outputs. From version 3.8 on,
 *       oneDNN assumes a usual cache size on machines with hidden cache sizes.
 *   <li>On machines with hidden cache sizes, the library NNPACK prints a warning at every call.
 *       PyTorch calls NNPACK for 1 x 1 kernels on one thread.
 * </ul>
 *
 * <p>To avoid the faults of oneDNN and NNPACK, this class uses PyTorch's native kernel in two
 * cases: if the channels do not fill all blocks of oneDNN, or if a 1 x 1 convolution runs on one
 * thread. The class uses the native kernel on every CPU and not only on machines with hidden cache
 * sizes, so that results do not depend on the processor. For 1 x 1 kernels, the native kernel is as
 * fast as NNPACK. For channels that do not fill all blocks of oneDNN, the native kernel has about
 * half the speed of oneDNN. However, in all models of the model zoo, the channels fill all blocks
 * of oneDNN.
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

  /**
   * Returns whether PyTorch must use its native kernel instead of the libraries oneDNN and NNPACK.
   */
  private boolean usesNativeKernel() {
    if (weight.value().getDevice().isGpu()) {
      return false;
    }
    Shape shape = weight.value().getShape();
    boolean callsNnpack = shape.get(2) == 1 && stride == 1 && DjlRuntime.threads() == 1;
    // The library oneDNN does not store the three colour channels of images in blocks.
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
