package perseus.agent.gpu;

import java.nio.file.Path;
import java.util.List;
import perseus.agent.wire.Hello;
import perseus.gpu.GpuType;

/** Defines the GPUs of a host whose energy an agent records and whose clocks it sets. */
public interface AgentGpus extends AutoCloseable {
  /** Returns the model of the GPUs and the clocks that can be set. */
  GpuType type();

  /** Returns whether each instruction is made as long as on a simulated GPU. */
  boolean stretches();

  /**
   * Returns the GPU of a rank.
   *
   * @throws perseus.io.UserError if the rank's GPU is not among the GPUs of this run
   */
  AgentGpu of(Hello rank);

  /**
   * Holds the energy in joules that one GPU has used since the start of the agent, and the time in
   * seconds since that start.
   *
   * @param name name of the GPU in messages for the user
   */
  record Energy(String name, double joules, double seconds) {}

  /** Returns the energy that each GPU of this host has used since the start of the agent. */
  List<Energy> energies();

  /**
   * Writes the energy logs of all GPUs of this host if no rank has reported to the agent. The log
   * with the number k contains the energy of GPU k of this host.
   *
   * @return the written files; empty if the GPUs are simulated, because the energy of a simulated
   *     GPU is computed from the reports of ranks
   */
  List<Path> writeEnergies(Path directory);

  /** Resets the clocks of all GPUs. The energies can still be read afterwards. */
  void giveBack();

  @Override
  void close();
}
