package perseus.cluster;

import perseus.io.UserError;

/**
 * Stores the number of nodes and the number of this node. Each subclass reads both numbers from the
 * environment variables of one program, such as mpirun.
 */
abstract class NumberedNodes implements Starter {
  private final Setting nodes;
  private final Setting node;

  NumberedNodes(Setting nodes, Setting node) {
    this.nodes = nodes;
    this.node = node;
  }

  @Override
  public final Setting nodes() {
    return nodes;
  }

  @Override
  public final Setting node() {
    return node;
  }

  /**
   * Checks that a program such as mpirun has started only one process on this node. If the user has
   * set NODE_RANK, nothing is checked.
   *
   * @param name name of the program
   * @param processesOnNode number of processes that the program has started on this node
   * @param nodeRank the value of NODE_RANK; null if the user has not set it
   * @param command command that starts only one process on each node, for the error message
   */
  static void requireOneProcess(
      String name, Setting processesOnNode, Setting nodeRank, String command) {
    if (nodeRank == null && processesOnNode.value() > 1) {
      throw new UserError(
          "%s has started %d processes on this node, but Perseus needs one on each node, which starts the node's ranks. Use: %s"
              .formatted(name, processesOnNode.value(), command));
    }
  }
}
