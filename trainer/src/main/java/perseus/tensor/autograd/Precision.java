package perseus.tensor.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import perseus.io.UserError;

/**
 * Lists the precisions in which a model can be trained. The precision is the type in which the
 * matrix products are computed and the activations are stored. In every precision, the parameters,
 * their gradients, the optimizer, the loss and the statistics of normalizations are float32.
 *
 * <p>DJL does not support the type bfloat16. A DJL method is safe if it computes with existing
 * bfloat16 tensors or does not access their elements. The DJL methods {@code getShape}, {@code
 * add}, {@code reshape}, {@code get}, {@code stopGradient} and {@code close} are safe for bfloat16
 * tensors. The method {@code getDataType} returns {@code UNKNOWN} for a bfloat16 tensor. DJL
 * methods that create a bfloat16 tensor, such as {@code zerosLike}, {@code create} and {@code
 * toType}, crash the process. Only operations of {@link Kernels} create bfloat16 tensors.
 */
public enum Precision {
  /** The matrix products are computed in float32. */
  FP32,
  /**
   * The tensor cores of an NVIDIA GPU compute the matrix products of float32 tensors, and round
   * each factor to a mantissa of 10 bits. The environment variable NVIDIA_TF32_OVERRIDE enables
   * TF32 in NVIDIA's libraries.
   */
  TF32,
  /** The matrix products are computed in bfloat16, which has a mantissa of 7 bits. */
  BF16,
  /**
   * The matrix products are computed in float16, which has a mantissa of 10 bits, but only 5 bits
   * of exponent. Numbers above 65504 become infinite, and numbers below 6e-8 become zero. To keep
   * small gradients above zero, the loss is scaled; see {@link #scalesLoss}.
   */
  FP16;

  /** The value of the flag {@code --precision} that selects the default precision of the device. */
  public static final String AUTO = "auto";

  /** Compute capability of the first GPUs of NVIDIA's generation Ampere, times 10. */
  private static final int AMPERE = 80;

  /** Lowest compute capability of GPUs that compute with float16 numbers, times 10. */
  private static final int HALF_PRECISION = 53;

  /**
   * Chooses the precision of a training run.
   *
   * @param name name of a precision, such as {@code bf16}, or {@value #AUTO}, which means {@code
   *     tf32} on a GPU and {@code fp32} on a CPU
   * @param onGpu whether the tensors are on a GPU
   * @throws UserError if no precision has this name, or if the precision needs a GPU but the
   *     tensors are on a CPU
   */
  public static Precision of(String name, boolean onGpu) {
    if (name.equals(AUTO)) {
      return onGpu ? TF32 : FP32;
    }
    Precision precision = named(name);
    if (precision == TF32 && !onGpu) {
      throw new UserError(
          "--precision tf32 needs an NVIDIA GPU, but the tensors are on the CPU; use fp32, bf16 or fp16.");
    }
    return precision;
  }

  /**
   * Checks whether a GPU can compute in a precision. TF32 and bfloat16 need tensor cores of the
   * Ampere generation or newer. Float16 needs a GPU with compute capability 5.3 or higher.
   *
   * @param name name of a precision, or {@value #AUTO}, which works on every GPU
   * @param gpu name of the GPU for the error message
   * @param computeCapability the GPU's compute capability, times 10; 0 if it is unknown
   * @throws UserError if the GPU cannot compute in this precision
   */
  public static void requireGpu(String name, String gpu, int computeCapability) {
    if (name.equals(AUTO) || computeCapability == 0) {
      return;
    }
    int needed =
        switch (named(name)) {
          case FP32 -> 0;
          case TF32, BF16 -> AMPERE;
          case FP16 -> HALF_PRECISION;
        };
    if (computeCapability < needed) {
      throw new UserError(
          "--precision %s needs a GPU with compute capability %s or higher, but the %s has %s; use fp32."
              .formatted(name, version(needed), gpu, version(computeCapability)));
    }
  }

  private static String version(int computeCapability) {
    return computeCapability / 10 + "." + computeCapability % 10;
  }

  /**
   * Checks the name of a precision.
   *
   * @param name name of a precision, or {@value #AUTO}
   * @throws UserError if no precision has this name
   */
  public static void require(String name) {
    if (!name.equals(AUTO)) {
      named(name);
    }
  }

  private static Precision named(String name) {
    for (Precision precision : values()) {
      if (precision.toString().equals(name)) {
        return precision;
      }
    }
    throw new UserError(
        "--precision is '%s', but must be one of %s, %s."
            .formatted(
                name,
                AUTO,
                Arrays.stream(values())
                    .map(Precision::toString)
                    .collect(Collectors.joining(", "))));
  }

  /**
   * Returns the type of the tensors that pipeline stages exchange, which is a type that DJL
   * supports. In {@link #BF16}, DJL treats the exchanged tensors as float16, but their bits are
   * bfloat16 numbers.
   */
  public DataType exchangedType() {
    return this == BF16 || this == FP16 ? DataType.FLOAT16 : DataType.FLOAT32;
  }

  /**
   * Converts a float32 tensor to the number type of the matrix products (such as bfloat16).
   *
   * @return the converted tensor, which the manager of the given tensor owns; in {@link #FP32} and
   *     {@link #TF32}, the given tensor
   */
  public NDArray convert(Kernels kernels, NDArray tensor) {
    return switch (this) {
      case FP32, TF32 -> tensor;
      case BF16 -> kernels.run("bfloat16", tensor);
      case FP16 -> kernels.run("float16", tensor);
    };
  }

  /**
   * Returns whether the gradients are computed from a scaled loss, because small gradients would
   * otherwise become zero.
   *
   * @param name name of a precision, or {@value #AUTO}
   */
  public static boolean scalesLoss(String name) {
    return name.equals(FP16.toString());
  }

  /** Returns the name of the precision, which is its value in the flag {@code --precision}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
