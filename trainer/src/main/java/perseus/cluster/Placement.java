package perseus.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Determines the number of nodes of a job, the number of this node, and the address of node 0.
 *
 * <p>A value can come from three sources:
 *
 * <ol>
 *   <li>Values that users set in NNODES, NODE_RANK, MASTER_ADDR, MASTER_PORT and NUM_GPUS take
 *       precedence over all other values. If both NNODES and NODE_RANK are set, the variables of
 *       MPI and Slurm are not read.
 *   <li>All other values come from the program that has started this process. It is torchrun,
 *       mpirun of Open MPI, mpiexec of MPICH or Intel MPI, or srun. Programs that start processes
 *       can be nested: mpirun starts its helpers by srun, and srun may start torchrun. If one
 *       program has started another program, the variables of the inner program are used.
 *   <li>If no environment variable defines the number of nodes, the job has one node.
 * </ol>
 */
public final class Placement {
  private static final int MAX_PORT = 65_535;

  /**
   * The port of the agent (perseus-run) of node 0 is computed from the sum of this number and the
   * port of node 0.
   */
  private static final int AGENT_STEP = 2_000;

  private final Variables variables;
  private final Starter starter;
  private final Setting nodes;
  private final Setting node;

  private Placement(Variables variables, ThisProcess process) {
    Setting givenNodes = variables.setting("NNODES", 1);
    Setting givenNode = variables.setting("NODE_RANK", 0);
    this.variables = variables;
    this.starter =
        Torchrun.of(variables)
            .or(
                () ->
                    givenNodes != null && givenNode != null
                        ? Optional.empty()
                        : OpenMpi.of(variables)
                            .or(() -> Mpich.of(variables))
                            .or(() -> SlurmStep.of(variables, process)))
            .orElseGet(PlainStart::new);
    this.nodes = givenNodes == null ? starter.nodes() : givenNodes;
    this.node = givenNode == null ? starter.node() : givenNode;
    starter.check(givenNode);
    if (node.value() >= nodes.value()) {
      throw new UserError(
          "%s is %d, but %s is %d; nodes are numbered from 0 to %d."
              .formatted(
                  node.variable(),
                  node.value(),
                  nodes.variable(),
                  nodes.value(),
                  nodes.value() - 1));
    }
  }

  /**
   * Reads the environment variables of this process.
   *
   * @throws UserError if a variable has no valid value, if two variables contradict each other, or
   *     if several processes were started on a node
   */
  public static Placement of(Map<String, String> environment, ThisProcess process) {
    return new Placement(new Variables(environment), process);
  }

  /** Returns the number of nodes of the job. */
  public Setting nodes() {
    return nodes;
  }

  /** Returns the number of this node, from 0. */
  public Setting node() {
    return node;
  }

  /**
   * Returns the name or IP address of node 0; null if it is unknown. In a job of one node, the
   * method returns the address that the user has set, or null.
   *
   * @throws UserError if the program that has started this process does not define the address
   */
  public String masterAddress() {
    String given = starter.setsMaster() ? null : variables.text("MASTER_ADDR");
    if (given != null || nodes.value() == 1) {
      return given;
    }
    return isNodesOfStarter() ? starter.masterAddress() : null;
  }

  /**
   * Returns the TCP port of node 0. In a job of one node, the method may return 0, which stands for
   * any free port.
   *
   * @throws UserError if MASTER_PORT is not a port number
   */
  public int masterPort() {
    Integer given = starter.setsMaster() ? null : variables.number("MASTER_PORT", 0);
    if (given != null && given > MAX_PORT) {
      throw new UserError("MASTER_PORT is %d, but the maximum is %d.".formatted(given, MAX_PORT));
    }
    if (given != null) {
      return given;
    }
    if (nodes.value() == 1) {
      return 0;
    }
    return isNodesOfStarter() ? starter.masterPort() : Ports.DEFAULT;
  }

  /**
   * Returns the TCP port at which the agent (perseus-run) of node 0 listens for the other agents.
   * The port differs from MASTER_PORT, because the command that perseus-run starts may listen at
   * MASTER_PORT.
   *
   * @throws UserError if MASTER_PORT is not a port number
   */
  public int agentPort() {
    return Ports.of((long) masterPort() + AGENT_STEP);
  }

  /**
   * Returns whether this process is one of several workers that torchrun has started on this node.
   */
  public boolean startsSeveral() {
    return starter.setsMaster() && starter.ranksPerNode() != null;
  }

  /**
   * Returns whether the starter (a program such as srun) has started all nodes of the job. If the
   * user has set another number of nodes, the program has started only some nodes of the job.
   */
  private boolean isNodesOfStarter() {
    return starter.setsMaster() || nodes.value() == starter.nodes().value();
  }

  /**
   * Returns the number of ranks on each node. It is NUM_GPUS, or the number of workers that
   * torchrun has started on each node. If neither NUM_GPUS nor the number of workers is known, the
   * method returns null.
   *
   * @throws UserError if NUM_GPUS is larger than the number of GPUs that are visible to this
   *     process
   */
  public Setting ranksPerNode() {
    Setting given = variables.setting("NUM_GPUS", 1);
    if (given == null) {
      return starter.ranksPerNode();
    }
    String visible = variables.text("CUDA_VISIBLE_DEVICES");
    if (visible != null && given.value() > visible.split(",").length) {
      throw new UserError(
          "NUM_GPUS is %d, but CUDA_VISIBLE_DEVICES=%s lists only %d GPUs."
              .formatted(given.value(), visible, visible.split(",").length));
    }
    Setting ofSlurm = gpusOfSlurm();
    if (visible == null && ofSlurm != null && given.value() > ofSlurm.value()) {
      throw new UserError(
          "NUM_GPUS is %d, but Slurm gives this node only %d (%s)."
              .formatted(given.value(), ofSlurm.value(), ofSlurm.variable()));
    }
    return given;
  }

  /**
   * Returns the number of GPUs of this node that Slurm has assigned to the job step; null if
   * unknown.
   */
  private Setting gpusOfSlurm() {
    String number = variables.text("SLURM_GPUS_ON_NODE");
    if (number != null && number.matches("[0-9]{1,9}")) {
      return new Setting("SLURM_GPUS_ON_NODE", Integer.parseInt(number));
    }
    String list = variables.text("SLURM_STEP_GPUS");
    return list == null ? null : new Setting("SLURM_STEP_GPUS", list.split(",").length);
  }

  /**
   * Returns whether this process starts no ranks, because another process of this node starts them.
   */
  public boolean isSpare() {
    return starter.isSpare();
  }

  /**
   * Returns sentences for the user about the values that come from the program that has started
   * this process. A sentence also says if Slurm gives this node more or fewer GPUs than ranks.
   *
   * @param ranks number of ranks that this node starts
   */
  public List<String> notes(int ranks) {
    List<String> notes = new ArrayList<>(starter.notes());
    if (nodes.value() > 1 && !(starter instanceof PlainStart) && masterAddress() != null) {
      notes.add(
          "This is node %d (%s) of %d (%s). Node 0 is %s, port %d."
              .formatted(
                  node.value(),
                  node.variable(),
                  nodes.value(),
                  nodes.variable(),
                  masterAddress(),
                  masterPort()));
    }
    Setting gpus = gpusOfSlurm();
    if (gpus != null && gpus.value() != ranks) {
      notes.add(
          "Slurm gives this node %s (%s), but the job starts %s on it."
              .formatted(
                  Named.count(gpus.value(), "GPU"), gpus.variable(), Named.count(ranks, "rank")));
    }
    return notes;
  }
}
