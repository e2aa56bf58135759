package perseus.job.launcher;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import perseus.io.UserError;
import perseus.model.MemoryEstimate;
import perseus.model.Workload;
import perseus.parallel.Degrees;
import perseus.pipeline.PipelineSchedule;

/** Whether the ranks of a node fit into its memory. */
public final class HostMemory {
  private static final double KIB = 1 << 10;
  private static final double GIB = 1 << 30;

  /** Where a container finds what it uses, under the second and the first version of cgroups. */
  private static final List<Path> CONTAINER_MEMORY =
      List.of(Path.of("/sys/fs/cgroup/memory.stat"), Path.of("/sys/fs/cgroup/memory/memory.stat"));

  /** What a rank's Java, PyTorch and buffers take whatever its stage holds, as measured. */
  private static final double BYTES_PER_RANK = 0.3 * GIB;

  /**
   * How much more memory activations take than they have bytes: long-lived ones lie between others
   * that come and go. As measured with GPipe, whose ranks keep most.
   */
  private static final double FRAGMENTATION = 1.6;

  private HostMemory() {}

  /**
   * Refuses a job whose ranks would need more memory than there is.
   *
   * @param workload the model and its microbatches
   * @param schedule the pipeline schedule, which tells how many microbatches are in flight
   * @param microbatches of an iteration
   * @param firstRank the node's first rank
   * @param ranks how many it has
   * @throws UserError if they do not fit
   */
  public static void require(
      Workload workload,
      Degrees degrees,
      PipelineSchedule schedule,
      int microbatches,
      boolean checkpointing,
      int firstRank,
      int ranks) {
    double needed =
        neededBytes(workload, degrees, schedule, microbatches, checkpointing, firstRank, ranks);
    require(workload, ranks, needed, availableBytes());
  }

  static void require(Workload workload, int ranks, double needed, double available) {
    if (needed > available) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s with %d rank%s on this host needs about %.1f GiB of memory, but only %.1f are"
                  + " free; use --engine virtual.",
              workload.model().name(),
              ranks,
              ranks == 1 ? "" : "s",
              needed / GIB,
              available / GIB));
    }
  }

  /** What the ranks of a node need together, in bytes. */
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

  /** Memory that programs can still get, in bytes, within the limits of a container. */
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
   * Memory that programs can still get, in bytes. What the system keeps of files counts, as it
   * gives that back.
   *
   * @param total of the host or, where that is less, of the container
   * @param free the same
   * @param host /proc/meminfo; empty where this is not Linux
   * @param container the container's memory.stat; empty where there is none
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

  private static double number(List<String> lines, String name, double otherwise) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(otherwise);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
