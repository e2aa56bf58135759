package perseus.agent.gpu;

import java.nio.file.Path;
import java.util.List;
import perseus.agent.wire.Hello;
import perseus.gpu.GpuType;

/** Defines the GPUs of a host that an agent records and steers. */
public interface AgentGpus extends AutoCloseable {
  /** Returns the model of the GPUs and its clocks. */
  GpuType type();

  /** Returns whether instructions are stretched to the times of simulated GPUs. */
  boolean stretches();

  /**
   * Returns the GPU of a rank.
   *
   * @throws perseus.io.UserError if this host does not have it
   */
  AgentGpu of(Hello rank);

  /**
   * Holds the energy of one GPU since the start of the agent.
   *
   * @param name name of the GPU for users
   */
  record Energy(String name, double joules, double seconds) {}

  /** Returns the energy of each GPU of this host since the start of the agent. */
  List<Energy> energies();

  /**
   * Writes the energy logs of all GPUs of this host for a command without a recorder. Log k belongs
   * to GPU k of the host.
   *
   * @return the written files; empty if the GPUs are simulated, because a simulated GPU knows only
   *     what recorders report
   */
  List<Path> writeEnergies(Path directory);

  /** Gives the clocks of all GPUs back. The energies can still be read. */
  void giveBack();

  @Override
  void close();
}
