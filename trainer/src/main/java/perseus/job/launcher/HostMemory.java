package perseus.job.launcher;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import perseus.engine.TrainingConfig;
import perseus.io.Named;
import perseus.model.MemoryEstimate;
import perseus.model.Workload;
import perseus.parallel.Degrees;
import perseus.pipeline.PipelineSchedule;

/**
 * Estimates the memory that the ranks of a node need, and compares it with the host's free memory.
 */
public final class HostMemory {
  private static final double KIB = 1 << 10;
  private static final double GIB = 1 << 30;

  /**
   * Files in which Linux reports the memory usage of a container, for version 2 and for version 1
   * of cgroups.
   */
  private static final List<Path> CONTAINER_MEMORY =
      List.of(Path.of("/sys/fs/cgroup/memory.stat"), Path.of("/sys/fs/cgroup/memory/memory.stat"));

  /**
   * Bytes that a rank's process needs for Java, PyTorch and buffers, in addition to the memory of
   * the rank's stages. The value comes from measurements.
   */
  private static final double BYTES_PER_RANK = 0.3 * GIB;

  /**
   * Memory for activations, divided by the size of the activations. Activations need more memory
   * than their size because the heap is fragmented: long-lived activations lie between short-lived
   * activations. The fragmentation was measured with the pipeline schedule GPipe. With GPipe, a
   * rank keeps more activations at the same time than with any other pipeline schedule.
   */
  private static final double FRAGMENTATION = 1.6;

  private HostMemory() {}

  /**
   * Checks whether this host has enough free memory for its ranks.
   *
   * @param workload the partitioned model and the shape of its microbatches
   * @param config the pipeline schedule and the degrees of parallelism of the job
   * @param firstRank number of the first rank on this host
   * @param ranks number of ranks on this host
   * @return a sentence (without a full stop) that states the needed and the free memory; empty if
   *     the free memory is sufficient
   */
  public static Optional<String> shortage(
      Workload workload, TrainingConfig config, int firstRank, int ranks) {
    double needed =
        neededBytes(
            workload,
            config.job().degrees(),
            config.trainSchedule(),
            config.job().numMicrobatches(),
            config.activationCheckpointing(),
            firstRank,
            ranks);
    return shortage(workload, ranks, needed, availableBytes());
  }

  static Optional<String> shortage(
      Workload workload, int ranks, double neededBytes, double availableBytes) {
    if (neededBytes <= availableBytes) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s with %s on this host needs about %.1f GiB of memory, but only %.1f GiB are free",
            workload.model().name(),
            Named.count(ranks, "rank"),
            neededBytes / GIB,
            availableBytes / GIB));
  }

  /**
   * Estimates the memory that the ranks of a host need together, in bytes.
   *
   * @param schedule pipeline schedule, which determines the number of microbatches that have
   *     activations in memory at the same time
   * @param microbatches number of microbatches that one pipeline processes in an iteration
   * @param checkpointing whether each backward first repeats the forward of its microbatch to
   *     recompute the activations
   */
  static double neededBytes(
      Workload workload,
      Degrees degrees,
      PipelineSchedule schedule,
      int microbatches,
      boolean checkpointing,
      int firstRank,
      int ranks) {
    double needed = ranks * BYTES_PER_RANK;
    for (int rank = firstRank; rank < firstRank + ranks; rank++) {
      MemoryEstimate estimate =
          MemoryEstimate.of(workload, schedule, degrees.ppRank(rank), microbatches, checkpointing);
      needed += estimate.totalBytes() + (FRAGMENTATION - 1) * estimate.activationBytes();
    }
    return needed;
  }

  /**
   * Returns the memory in bytes that new processes can use. If this process runs in a container,
   * new processes can use at most the container's memory limit.
   */
  private static double availableBytes() {
    double total = Double.MAX_VALUE;
    double free = Double.MAX_VALUE;
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      total = system.getTotalMemorySize();
      free = system.getFreeMemorySize();
    }
    List<String> container =
        CONTAINER_MEMORY.stream()
            .map(HostMemory::lines)
            .filter(lines -> !lines.isEmpty())
            .findFirst()
            .orElse(List.of());
    return availableBytes(total, free, lines(Path.of("/proc/meminfo")), container);
  }

  /**
   * Computes the memory in bytes that new processes can use. The result includes the memory of the
   * file cache, because the system frees the file cache when processes need memory.
   *
   * @param total total memory of the host in bytes, or the container's limit if the limit is lower
   * @param free free memory in bytes of the host, or of the container if the container has a limit
   * @param host the lines of /proc/meminfo; empty if the system is not Linux
   * @param container the lines of the container's memory.stat; empty if there is no container
   */
  static double availableBytes(
      double total, double free, List<String> host, List<String> container) {
    double hostTotal = KIB * number(host, "MemTotal:", Double.MAX_VALUE);
    double hostAvailable = KIB * number(host, "MemAvailable:", free / KIB);
    if (total >= hostTotal) {
      return Math.min(total, hostAvailable);
    }
    double files =
        number(container, "total_inactive_file ", number(container, "inactive_file ", 0));
    return Math.min(hostAvailable, Math.min(total, free + files));
  }

  private static double number(List<String> lines, String name, double defaultValue) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(defaultValue);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
