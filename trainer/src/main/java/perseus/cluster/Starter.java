package perseus.cluster;

import java.util.List;
import perseus.io.UserError;

/**
 * Describes the nodes of a job. The description of the nodes comes from the program that has
 * started this process, such as srun, mpirun or torchrun. The program that has started a process is
 * called the starter of the process. Perseus starts the ranks of a node itself, so it needs one
 * process on each node.
 */
interface Starter {
  Setting nodes();

  Setting node();

  /**
   * Returns the name or IP address of node 0, or null if it is unknown. The method is called only
   * if the job has several nodes.
   *
   * @throws UserError if the job has several nodes but the program that has started this process
   *     does not define the address
   */
  String masterAddress();

  /**
   * Returns a TCP port for node 0, which is the same on all nodes of this job. Other jobs on the
   * same hosts probably use other ports. The method is called only if the job has several nodes.
   */
  int masterPort();

  /**
   * Returns whether MASTER_ADDR and MASTER_PORT come from the program that has started this
   * process, and not from the user.
   */
  default boolean setsMaster() {
    return false;
  }

  /**
   * Checks that this process may start the ranks of its node.
   *
   * @param nodeRank the value of NODE_RANK; null if the user has not set it
   * @throws UserError if it is unknown which of several processes on a node starts the ranks, or if
   *     variables contradict each other
   */
  void check(Setting nodeRank);

  /**
   * Returns whether this process starts no ranks, because another process of this node starts them.
   */
  default boolean isSpare() {
    return false;
  }

  /**
   * Returns the number of ranks on each node; null if the starter (a program such as srun) does not
   * define it.
   */
  default Setting ranksPerNode() {
    return null;
  }

  /** Returns sentences that tell the user how this process was started. */
  List<String> notes();
}
