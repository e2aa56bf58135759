package perseus.transport.nccl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import perseus.cuda.NativeFunctions;

/** Creates and reads bfloat16 tensors in the host's memory, because DJL cannot do so. */
final class Bfloat16 {
  private static final NativeFunctions TORCH = new NativeFunctions("torch_cpu");

  private Bfloat16() {}

  static NDArray create(NDManager manager, float... values) {
    PointerByReference created = new PointerByReference();
    int code =
        TORCH.call(
            "aoti_torch_empty_strided",
            1L,
            new long[] {values.length},
            new long[] {1},
            TORCH.call("aoti_torch_dtype_bfloat16"),
            TORCH.call("aoti_torch_device_type_cpu"),
            0,
            created);
    if (code != 0) {
      throw new IllegalStateException("PyTorch makes no bfloat16 tensor: " + code);
    }
    NDArray tensor = new PtNDArray((PtNDManager) manager, Pointer.nativeValue(created.getValue()));
    for (int i = 0; i < values.length; i++) {
      short bits = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
      TensorMemory.of(tensor).address().setShort(2L * i, bits);
    }
    return tensor;
  }

  /** Reads elements of two bytes as bfloat16. */
  static float[] values(NDArray tensor) {
    float[] values = new float[(int) tensor.size()];
    for (int i = 0; i < values.length; i++) {
      int bits = TensorMemory.of(tensor).address().getShort(2L * i) << 16;
      values[i] = Float.intBitsToFloat(bits);
    }
    return values;
  }
}
