package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import perseus.tensor.autograd.Tape;
import perseus.tensor.data.ImageFolder;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.runtime.DjlRuntime;

/**
 * A convolution of feature maps (samples, channels, height, width) that keeps or halves their
 * height and width.
 *
 * <p>On a CPU, PyTorch calls other libraries for convolutions. Two of them fail on virtual machines
 * that hide the size of the processor's caches (CPUID leaf 0x8000001D is all zeros):
 *
 * <ul>
 *   <li>oneDNN stores weights in blocks of 16, 32 or 64 channels. Up to version 3.7, which PyTorch
 *       2.7 contains, it assumes a cache of one byte on such machines, and does not write all zeros
 *       that pad the last block. If a block is not full, outputs and gradients are wrong or NaN
 *       without any message. Version 3.8 assumes a usual cache size.
 *   <li>NNPACK, which PyTorch calls for 1 x 1 kernels on one thread, prints a warning at every
 *       call.
 * </ul>
 *
 * <p>In these two cases, PyTorch's native kernel is used instead. It has about half the speed of
 * oneDNN where channels do not fill blocks, which occurs in no model of the zoo, and the same speed
 * as NNPACK. It is used on every CPU, so that results do not depend on the processor.
 *
 * @param weight (outputs, inputs, size, size); the size is odd
 * @param stride 1, or 2 to halve height and width
 */
record Convolution(LocalParameter weight, int stride) {
  private static final int MIN_BLOCK_CHANNELS = 16;
  private static final int MAX_BLOCK_CHANNELS = 64;

  /** Applies the convolution under automatic differentiation. */
  NDArray apply(Tape tape, NDArray x) {
    String kernel = stride == 1 ? "convolution" : "halving_convolution";
    return tape.call(usesNativeKernel() ? "native_" + kernel : kernel, x, weight.value());
  }

  /** Whether PyTorch must use its native kernel. */
  private boolean usesNativeKernel() {
    if (weight.value().getDevice().isGpu()) {
      return false;
    }
    Shape shape = weight.value().getShape();
    boolean callsNnpack = shape.get(2) == 1 && stride == 1 && DjlRuntime.threads() == 1;
    // oneDNN does not store the colour channels of images in blocks.
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
