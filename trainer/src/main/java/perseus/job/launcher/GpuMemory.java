package perseus.job.launcher;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import perseus.engine.TrainingConfig;
import perseus.model.MemoryEstimate;
import perseus.model.Workload;

/** Estimates the memory that each rank needs on its GPU, and compares it with the free memory. */
public final class GpuMemory {
  private static final double GIB = 1 << 30;

  /**
   * In addition to its tensors, a process uses {@code BYTES_PER_PROCESS} bytes of a GPU's memory
   * for the CUDA context and for the workspaces of PyTorch's libraries.
   */
  private static final double BYTES_PER_PROCESS = 0.8 * GIB;

  private GpuMemory() {}

  /**
   * Checks whether the GPUs of this node have enough free memory for their ranks.
   *
   * @param workload the partitioned model and the shape of its microbatches
   * @param firstRank number of the first rank on this node
   * @param freeBytes bytes of free memory on the GPU of each rank on this node
   * @return a sentence (without a full stop) that states the needed and the free memory of the
   *     first rank whose GPU is too small; empty if the free memory is sufficient
   */
  public static Optional<String> shortage(
      Workload workload, TrainingConfig config, int firstRank, List<Long> freeBytes) {
    for (int i = 0; i < freeBytes.size(); i++) {
      int rank = firstRank + i;
      MemoryEstimate estimate =
          MemoryEstimate.of(
              workload,
              config.trainSchedule(),
              config.job().degrees().ppRank(rank),
              config.job().numMicrobatches(),
              config.activationCheckpointing());
      double needed = BYTES_PER_PROCESS + estimate.totalBytes();
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
}
