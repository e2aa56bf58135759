package perseus.transport;

/**
 * Describes whether a rank can exchange tensors through NVIDIA's library NCCL.
 *
 * @param gpu UUID of the GPU that holds the rank's tensors; null if they are in the memory of the
 *     host
 * @param version the version of the rank's NCCL, such as 22809 for version 2.28.9; 0 if the rank
 *     cannot use NCCL
 * @param obstacle reason why the rank cannot use NCCL, as the end of a sentence about the rank,
 *     such as "computes on the CPU"; null if the rank can use NCCL
 */
public record NcclSupport(String gpu, int version, String obstacle) {
  /** The description of a rank that computes on the CPU. */
  public static final NcclSupport ON_CPU = new NcclSupport(null, 0, "computes on the CPU");

  /** Returns the description of a rank that cannot use NCCL although it has a GPU. */
  public static NcclSupport refused(String gpu, String obstacle) {
    return new NcclSupport(gpu, 0, obstacle);
  }
}
