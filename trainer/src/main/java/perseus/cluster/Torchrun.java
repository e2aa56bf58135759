package perseus.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perseus.io.UserError;

/**
 * Reads the environment variables in which torchrun describes the nodes of a job.
 *
 * <p>torchrun starts a worker for each GPU, but only worker 0 of each node starts ranks. Every
 * worker may use all cores and GPUs of its node. The documentation of torch.distributed.run lists
 * the variables of torchrun.
 */
final class Torchrun extends NumberedNodes {
  private static final String NAME = "torchrun";

  /**
   * The port of this job is computed from the sum of this number and the port of torchrun. The
   * computed port always differs from the port of torchrun.
   */
  private static final int PORT_STEP = 1_000;

  private final Setting worker;
  private final Setting workersOnNode;
  private final String address;
  private final int torchrunPort;
  private final Setting workers;

  private Torchrun(Variables variables) {
    super(
        variables.required("GROUP_WORLD_SIZE", 1, NAME), variables.required("GROUP_RANK", 0, NAME));
    this.worker = variables.required("LOCAL_RANK", 0, NAME);
    this.workersOnNode = variables.required("LOCAL_WORLD_SIZE", 1, NAME);
    this.address = variables.text("MASTER_ADDR");
    this.torchrunPort = variables.required("MASTER_PORT", 0, NAME).value();
    this.workers = variables.required("WORLD_SIZE", 1, NAME);
  }

  static Optional<Starter> of(Variables variables) {
    return variables.text("TORCHELASTIC_RUN_ID") == null
        ? Optional.empty()
        : Optional.of(new Torchrun(variables));
  }

  @Override
  public String masterAddress() {
    return address;
  }

  /**
   * Returns a port that differs from MASTER_PORT. While its workers run, torchrun itself listens at
   * MASTER_PORT on node 0.
   */
  @Override
  public int masterPort() {
    return Ports.of((long) torchrunPort + PORT_STEP);
  }

  @Override
  public boolean setsMaster() {
    return true;
  }

  @Override
  public void check(Setting nodeRank) {
    if (workers.value() != (long) nodes().value() * workersOnNode.value()) {
      throw new UserError(
          "torchrun has started different numbers of workers on the nodes (%s, %s, %s); start it with the same --nproc-per-node on all nodes."
              .formatted(workers, nodes(), workersOnNode));
    }
    if (nodeRank != null && nodes().value() > 1 && nodeRank.value() != node().value()) {
      throw new UserError(
          "NODE_RANK is %d, but torchrun numbers this node %d (GROUP_RANK), and its MASTER_ADDR is the address of its node 0; unset NODE_RANK."
              .formatted(nodeRank.value(), node().value()));
    }
  }

  @Override
  public boolean isSpare() {
    return worker.value() > 0;
  }

  /**
   * Returns the number of workers on each node. If torchrun has started one worker on each node,
   * the method returns null, because the one worker may start several ranks.
   */
  @Override
  public Setting ranksPerNode() {
    return workersOnNode.value() > 1 ? workersOnNode : null;
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (workersOnNode.value() > 1) {
      notes.add(
          "torchrun has started %d workers on this node. Worker 0 starts the ranks of the node; the others have nothing to do and end."
              .formatted(workersOnNode.value()));
    }
    if (nodes().value() > 1) {
      notes.add(
          "torchrun itself uses MASTER_PORT=%d, so that this job uses port %d."
              .formatted(torchrunPort, masterPort()));
    }
    return notes;
  }
}
