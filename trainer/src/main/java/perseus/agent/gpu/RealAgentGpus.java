package perseus.agent.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.gpu.Gpu;
import perseus.gpu.GpuType;
import perseus.gpu.clock.ClockControl;
import perseus.gpu.clock.ClockGuard;
import perseus.io.UserError;
import perseus.record.RankRecorder;

/**
 * Holds the real GPUs of this host that the training command may use. The agent begins to read the
 * sensors of the GPUs when it starts. If no rank connects, the sensor readings of each GPU become
 * one log.
 */
public final class RealAgentGpus implements AgentGpus {
  private final GpuType type;
  private final List<Gpu> opened;
  private final ClockGuard guard;
  private final Consumer<String> report;
  private final List<RealAgentGpu> gpus = new ArrayList<>();
  private final List<GuardedRecorder> unclaimed = new ArrayList<>();
  private final Map<RealAgentGpu, SortedSet<Integer>> ranks = new HashMap<>();

  /**
   * @param scheme name of the {@link perseus.gpu.GpuProvider} that opened the GPUs, such as {@code
   *     nvml}
   * @param type model of the GPUs
   * @param opened the opened GPUs, which {@code RealAgentGpus} closes
   * @param control how the clocks of GPUs are set: through the driver, through Zeus's daemon, or
   *     never
   * @param scratch directory for temporary files of the logs
   * @param report function that receives sentences for the user
   * @throws UserError if another run uses one of the GPUs, or if the clocks cannot be set
   */
  public RealAgentGpus(
      String scheme,
      GpuType type,
      List<Gpu> opened,
      ClockControl control,
      Path scratch,
      AgentClock clock,
      Consumer<String> report) {
    this.type = type;
    this.opened = List.copyOf(opened);
    this.report = report;
    this.guard =
        ClockGuard.open(
            control,
            scheme,
            opened.stream().map(gpu -> gpu.info().uuid()).toList(),
            type.powerLimits(),
            report);
    for (Gpu gpu : opened) {
      RealAgentGpu real = new RealAgentGpu(gpu, control, clock, report);
      GuardedRecorder recorder =
          new GuardedRecorder(
              new RankRecorder(gpus.size(), unclaimedIn(scratch), clock.zeroTicks(), 1));
      real.record(recorder);
      gpus.add(real);
      unclaimed.add(recorder);
    }
  }

  private static Path unclaimedIn(Path scratch) {
    try {
      return Files.createDirectories(scratch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public GpuType type() {
    return type;
  }

  @Override
  public boolean stretches() {
    return false;
  }

  @Override
  public synchronized AgentGpu of(Hello hello) {
    if (!unclaimed.isEmpty()) {
      gpus.forEach(gpu -> gpu.record(null));
      unclaimed.clear();
    }
    RealAgentGpu gpu = find(hello);
    SortedSet<Integer> sharing = ranks.computeIfAbsent(gpu, any -> new TreeSet<>());
    if (sharing.add(hello.rank()) && sharing.size() == 2) {
      report.accept(
          "Ranks %d and %d both compute on %s, so that its energy counts for each of them. If they use different GPUs, call torch.cuda.set_device before the recorder connects."
              .formatted(sharing.first(), sharing.last(), gpu.uuid()));
    }
    return gpu;
  }

  private RealAgentGpu find(Hello hello) {
    if (hello.device() != null) {
      return gpus.stream()
          .filter(gpu -> gpu.uuid().equals(hello.device()))
          .findFirst()
          .orElseThrow(
              () ->
                  new UserError(
                      "Rank %d computes on %s, which is none of the GPUs of this run: %s. MIG instances cannot be measured."
                          .formatted(
                              hello.rank(),
                              hello.device(),
                              gpus.stream().map(RealAgentGpu::uuid).toList())));
    }
    if (hello.localRank() >= gpus.size()) {
      throw new UserError(
          "Rank %d does not say on which GPU it computes, and this run has no GPU with the number of its local rank, %d. Set CUDA_VISIBLE_DEVICES of perseus-run to all GPUs of the job."
              .formatted(hello.rank(), hello.localRank()));
    }
    RealAgentGpu gpu = gpus.get(hello.localRank());
    report.accept(
        "Rank %d does not say on which GPU it computes. It is taken to be %s, that of its local rank %d."
            .formatted(hello.rank(), gpu.uuid(), hello.localRank()));
    return gpu;
  }

  @Override
  public List<Energy> energies() {
    return gpus.stream().map(RealAgentGpu::energy).toList();
  }

  @Override
  public synchronized List<Path> writeEnergies(Path directory) {
    gpus.forEach(gpu -> gpu.record(null));
    List<Path> written = new ArrayList<>();
    for (GuardedRecorder recorder : unclaimed) {
      for (Path file : recorder.recorder().publish(directory)) {
        if (file.getFileName().toString().startsWith("instructions-")) {
          delete(file);
        } else {
          written.add(file);
        }
      }
    }
    return written;
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void giveBack() {
    gpus.forEach(RealAgentGpu::close);
    guard.close();
  }

  @Override
  public void close() {
    giveBack();
    gpus.forEach(RealAgentGpu::closeMonitor);
    opened.forEach(Gpu::close);
  }
}
