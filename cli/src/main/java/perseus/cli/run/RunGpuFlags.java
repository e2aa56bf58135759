package perseus.cli.run;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import perseus.agent.gpu.AgentGpus;
import perseus.agent.gpu.RealAgentGpus;
import perseus.agent.gpu.SimulatedAgentGpus;
import perseus.agent.wire.AgentClock;
import perseus.cli.common.FlagGroup;
import perseus.cli.common.FlagValue;
import perseus.cli.train.GpuNames;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuProvider;
import perseus.gpu.GpuProviders;
import perseus.gpu.GpuType;
import perseus.gpu.clock.ClockControl;
import perseus.io.UserError;
import picocli.CommandLine.Option;

/** Reads the flags that choose the GPUs of a command, real or simulated. */
@FlagGroup("GPUs")
final class RunGpuFlags {
  @Option(
      names = "--gpu",
      paramLabel = "NAME",
      defaultValue = GpuNames.NVIDIA,
      completionCandidates = GpuNames.class,
      description =
          "The GPUs: ${COMPLETION-CANDIDATES}. nvml (the default) stands for the NVIDIA GPUs of this host that"
              + " CUDA_VISIBLE_DEVICES selects, and sim: for a simulated GPU for each rank. With simulated GPUs, the recorder"
              + " stretches each instruction to the time that it would take at its clock.")
  private String name;

  @Option(
      names = "--sim_seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the noise of simulated sensors. Default: ${DEFAULT-VALUE}.")
  private long simSeed;

  @Option(
      names = "--sim_slowdown",
      paramLabel = "X",
      defaultValue = "1.1",
      description =
          "How much longer an instruction takes on a simulated GPU at its highest clock than on this host, so that"
              + " small delays of the host have no effect. Use the same factor for runs that are compared. Default:"
              + " ${DEFAULT-VALUE}.")
  private double simSlowdown;

  boolean simulated() {
    return !GpuNames.isReal(name);
  }

  /**
   * Returns the name of the provider of real GPUs. If the user has chosen no provider, the name is
   * nvml.
   */
  String scheme() {
    return GpuNames.scheme(name);
  }

  /**
   * Checks the name of the GPUs that the user has given.
   *
   * @throws UserError if there are no GPUs with this name
   */
  void check() {
    FlagValue.requireBetween("--sim_slowdown", simSlowdown, 1, 1000, "");
    GpuNames.require(name);
  }

  /**
   * Opens the GPUs.
   *
   * @param control way to set the clocks of real GPUs
   * @param anyClock whether schedules may contain any clock even if the run sets no clock; true if
   *     the run executes saved plans
   * @param scratch directory for temporary files
   * @param report function that receives sentences for the user
   * @throws UserError if the GPUs cannot be used
   */
  AgentGpus open(
      ClockControl control,
      boolean anyClock,
      Path scratch,
      AgentClock clock,
      Consumer<String> report) {
    if (simulated()) {
      return new SimulatedAgentGpus(name.strip(), simSeed, simSlowdown, clock);
    }
    GpuProvider provider = GpuProviders.named(name).orElseThrow();
    List<Gpu> gpus;
    try {
      gpus = provider.openVisible();
    } catch (GpuException e) {
      throw e.reason() == GpuException.Reason.NO_DRIVER
          ? new UserError(
              e.getMessage() + " To try perseus-run without a GPU, give --gpu sim:a100-pcie.", e)
          : e;
    }
    try {
      if (gpus.isEmpty()) {
        throw new UserError("This host has no GPU, or CUDA_VISIBLE_DEVICES selects none.");
      }
      GpuType type =
          GpuType.ofReal(
              name,
              gpus.stream().map(Gpu::info).toList(),
              clocks(gpus.get(0), control, anyClock),
              control.text(),
              false);
      return new RealAgentGpus(name, type, gpus, control, scratch, clock, report);
    } catch (RuntimeException e) {
      gpus.forEach(Gpu::close);
      throw e;
    }
  }

  /**
   * Returns the clocks from which a scheduler may choose. If the run sets no clock, the list
   * contains only the highest clock, because a GPU usually runs at it. If {@code anyClock} is true,
   * the list contains all clocks of the GPU even if the run sets no clock.
   */
  private static List<Integer> clocks(Gpu gpu, ClockControl control, boolean anyClock) {
    List<Integer> clocks = gpu.info().clocksMhz();
    if (control instanceof ClockControl.None && (clocks.isEmpty() || !anyClock)) {
      return List.of(clocks.isEmpty() ? gpu.state().smMhz() : clocks.get(0));
    }
    if (clocks.isEmpty()) {
      throw new UserError(
          "The driver lists no clocks of the %s, so no clock can be set. Use --no-steer to measure at the clock that the GPU chooses."
              .formatted(gpu.info().name()));
    }
    return clocks;
  }
}
