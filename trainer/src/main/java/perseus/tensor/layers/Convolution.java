package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import perseus.tensor.autograd.Tape;
import perseus.tensor.data.ImageFolder;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.runtime.DjlRuntime;

/**
 * A convolution of maps (samples, inputs, height, width) that keeps their size, or halves it.
 *
 * <p>On a CPU, PyTorch leaves it to other libraries, of which two fail where a virtual machine
 * hides the size of the processor's caches (CPUID leaf 0x8000001D is all zeros):
 *
 * <ul>
 *   <li>oneDNN stores weights in blocks of 16, 32 or 64 channels. Up to version 3.7, that of
 *       PyTorch 2.7, it then assumes a cache of one byte, and does not write all zeros that pad the
 *       last block: outputs and gradients are wrong or NaN, silently, where a block is not full.
 *       Version 3.8 assumes a usual cache.
 *   <li>NNPACK, which one thread asks for 1 x 1 kernels, prints a warning at every call.
 * </ul>
 *
 * In these cases PyTorch computes the convolution itself: at about half the speed where channels do
 * not fill blocks (no model of the zoo has such), as fast for 1 x 1 kernels on one thread. It does
 * so on every CPU, so that results do not depend on what a processor tells.
 *
 * @param weight (outputs, inputs, size, size); the size is odd
 * @param stride 1, or 2 to halve the maps
 */
record Convolution(LocalParameter weight, int stride) {
  private static final int SMALLEST_BLOCK = 16;
  private static final int LARGEST_BLOCK = 64;

  /** Applies it, under automatic differentiation. */
  NDArray apply(Tape tape, NDArray x) {
    String kernel = stride == 1 ? "convolution" : "halving_convolution";
    return tape.call(isOwn() ? "own_" + kernel : kernel, x, weight.value());
  }

  /** Whether PyTorch shall compute it itself. */
  private boolean isOwn() {
    if (weight.value().getDevice().isGpu()) {
      return false;
    }
    Shape shape = weight.value().getShape();
    boolean asksNnpack = shape.get(2) == 1 && stride == 1 && DjlRuntime.threads() == 1;
    // Images' few colours are not stored in blocks.
    boolean fillsBlocks =
        fillsBlocks(shape.get(0))
            && (shape.get(1) == ImageFolder.COLOURS || fillsBlocks(shape.get(1)));
    return asksNnpack || !fillsBlocks;
  }

  private static boolean fillsBlocks(long channels) {
    return channels % LARGEST_BLOCK == 0
        || channels >= SMALLEST_BLOCK && LARGEST_BLOCK % channels == 0;
  }
}
