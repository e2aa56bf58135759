package perseus.job.launcher;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import perseus.engine.TrainingConfig;
import perseus.model.MemoryEstimate;
import perseus.model.Workload;
import perseus.parallel.Degrees;

/** Estimates the memory that each rank needs on its GPU, and compares it with the free memory. */
public final class GpuMemory {
  private static final double GIB = 1 << 30;

  /**
   * Bytes of a GPU's memory that a process uses in addition to its tensors. The CUDA context and
   * the workspaces of PyTorch's libraries need this memory.
   */
  private static final double BYTES_PER_PROCESS = 0.8 * GIB;

  /**
   * Upper estimate of the memory of one NCCL communicator in bytes: 32 channels with 10 MiB each.
   * For each channel, NCCL allocates about 10 MiB for the buffers of its three protocols. By
   * default, the largest buffer has 4 MiB (NCCL_BUFFSIZE). The estimate is computed from the sizes
   * of the buffers, and was not measured.
   */
  private static final double BYTES_PER_COMMUNICATOR = 32 * 10.0 * (1 << 20);

  private GpuMemory() {}

  /**
   * Checks whether the GPUs of this node have enough free memory for their ranks.
   *
   * @param workload the partitioned model and the shape of its microbatches
   * @param nccl whether ranks may exchange tensors through NCCL, which uses memory of the GPUs
   * @param scalesLoss whether the loss is scaled. A scaled loss makes the ranks of a pipeline
   *     exchange messages about overflows, which need one more communicator.
   * @param firstRank number of the first rank on this node
   * @param freeBytes bytes of free memory on the GPU of each rank on this node
   * @return a sentence without a full stop about the first rank with too little free memory on its
   *     GPU; empty if every GPU has enough
   */
  public static Optional<String> shortage(
      Workload workload,
      TrainingConfig config,
      boolean nccl,
      boolean scalesLoss,
      int firstRank,
      List<Long> freeBytes) {
    int communicators = communicators(config.job().degrees(), scalesLoss);
    double overhead = BYTES_PER_PROCESS + (nccl ? communicators * BYTES_PER_COMMUNICATOR : 0);
    for (int i = 0; i < freeBytes.size(); i++) {
      int rank = firstRank + i;
      MemoryEstimate estimate =
          MemoryEstimate.of(
              workload,
              config.trainSchedule(),
              config.job().degrees().ppRank(rank),
              config.job().numMicrobatches(),
              config.activationCheckpointing());
      double needed = overhead + estimate.totalBytes();
      if (needed > freeBytes.get(i)) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "%s needs about %.1f GiB on the GPU of rank %d, but only %.1f GiB are free",
                workload.model().name(),
                needed / GIB,
                rank,
                freeBytes.get(i) / GIB));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the maximum number of NCCL communicators of a rank. In a pipeline, a rank has two
   * communicators for each neighbour and one for parameters that stages share. If the loss is
   * scaled, the rank has one more communicator for the sum of overflow flags. The data-parallel
   * group and the tensor-parallel group of the rank need one communicator each.
   */
  private static int communicators(Degrees degrees, boolean scalesLoss) {
    int pipeline = scalesLoss ? 6 : 5;
    return (degrees.pp() > 1 ? pipeline : 0)
        + (degrees.dp() > 1 ? 1 : 0)
        + (degrees.tp() > 1 ? 1 : 0);
  }
}
