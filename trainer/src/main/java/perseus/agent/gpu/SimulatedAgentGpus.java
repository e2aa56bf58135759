package perseus.agent.gpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.gpu.GpuType;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.SimulatedGpus;

/** Simulates a GPU for each rank that reports to the agent. */
public final class SimulatedAgentGpus implements AgentGpus {
  private final GpuModel model;
  private final long seed;
  private final double slowdown;
  private final AgentClock clock;
  private final SimulatedStarts starts = new SimulatedStarts();
  private final Map<Integer, SimulatedAgentGpu> byRank = new TreeMap<>();

  /**
   * @param name name of the GPU model, such as {@code sim:a100-pcie}
   * @param seed seed of the random errors of the simulated sensors
   * @param slowdown time of an instruction on the simulated GPU at its highest clock, divided by
   *     the time that a host without other work needs to compute it. Runs can be compared only if
   *     they have the same {@code slowdown}.
   * @throws perseus.io.UserError if no GPU model has the given name
   */
  public SimulatedAgentGpus(String name, long seed, double slowdown, AgentClock clock) {
    this.model = SimulatedGpus.named(name);
    this.seed = seed;
    this.slowdown = slowdown;
    this.clock = clock;
  }

  @Override
  public GpuType type() {
    return model.type();
  }

  @Override
  public boolean stretches() {
    return true;
  }

  @Override
  public synchronized AgentGpu of(Hello hello) {
    return byRank.computeIfAbsent(
        hello.rank(),
        rank ->
            new SimulatedAgentGpu(model, seed * 1_000_003 + rank, slowdown, clock, hello, starts));
  }

  @Override
  public synchronized List<Energy> energies() {
    List<Energy> energies = new ArrayList<>();
    double now = clock.seconds();
    byRank.forEach(
        (rank, gpu) ->
            energies.add(
                new Energy(
                    "simulated %s of rank %d".formatted(model.title(), rank),
                    gpu.joulesAt(now).getAsDouble(),
                    now)));
    return energies;
  }

  @Override
  public List<Path> writeEnergies(Path directory) {
    return List.of();
  }

  @Override
  public void giveBack() {
    // A simulated GPU has no clock that must be reset.
  }

  @Override
  public void close() {
    // A simulated GPU needs no call of close.
  }
}
