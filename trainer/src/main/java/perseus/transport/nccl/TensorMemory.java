package perseus.transport.nccl;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import perseus.cuda.NativeFunctions;

/**
 * Describes the memory of a tensor. The address and the type of a tensor are read through PyTorch's
 * C functions for compiled models, whose names begin with {@code aoti_torch}. DJL neither returns
 * the address of a tensor nor supports bfloat16.
 *
 * @param address address of the first element in the memory of the GPU or host; may be null if the
 *     tensor has no elements
 * @param count number of elements
 * @param type type of the elements as a constant of NCCL (ncclDataType_t)
 * @param bytes size of all elements in bytes
 */
record TensorMemory(Pointer address, long count, int type, long bytes) {

  /**
   * Holds the C functions of PyTorch that are called, and the constants that these functions return
   * for types of elements.
   */
  private static final class Torch {
    static final NativeFunctions FUNCTIONS = new NativeFunctions("torch_cpu");
    static final int FLOAT32 = FUNCTIONS.call("aoti_torch_dtype_float32");
    static final int FLOAT16 = FUNCTIONS.call("aoti_torch_dtype_float16");
    static final int BFLOAT16 = FUNCTIONS.call("aoti_torch_dtype_bfloat16");
  }

  /**
   * Returns the memory of a tensor.
   *
   * @param tensor a tensor that is contiguous in memory, such as a one-dimensional tensor that
   *     {@code reshape} has returned
   * @throws IllegalArgumentException if the tensor's type is not float32, float16 or bfloat16
   */
  static TensorMemory of(NDArray tensor) {
    IntByReference torchType = new IntByReference();
    require("aoti_torch_get_dtype", handle(tensor), torchType);
    int type = type(torchType.getValue());
    long count = tensor.size();
    return new TensorMemory(
        address(tensor), count, type, count * (type == Nccl.FLOAT32 ? Float.BYTES : 2));
  }

  /**
   * Returns the address of the first element of a tensor; may be null if the tensor has no
   * elements.
   */
  static Pointer address(NDArray tensor) {
    PointerByReference address = new PointerByReference();
    require("aoti_torch_get_data_ptr", handle(tensor), address);
    return address.getValue();
  }

  private static Pointer handle(NDArray tensor) {
    return new Pointer(((PtNDArray) tensor).getHandle());
  }

  private static void require(String function, Pointer handle, Object result) {
    int code = Torch.FUNCTIONS.call(function, handle, result);
    if (code != 0) {
      throw new IllegalStateException(function + " of PyTorch failed with code " + code + ".");
    }
  }

  private static int type(int torchType) {
    if (torchType == Torch.FLOAT32) {
      return Nccl.FLOAT32;
    }
    if (torchType == Torch.FLOAT16) {
      return Nccl.FLOAT16;
    }
    if (torchType == Torch.BFLOAT16) {
      return Nccl.BFLOAT16;
    }
    throw new IllegalArgumentException(
        "A tensor of PyTorch's type "
            + torchType
            + " cannot be exchanged through NCCL, only float32, float16 and bfloat16.");
  }
}
