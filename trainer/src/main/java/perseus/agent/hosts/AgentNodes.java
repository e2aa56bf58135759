package perseus.agent.hosts;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import perseus.wire.JobSecret;

/**
 * Holds the number of this host in a job, and the address at which the agents of the job connect.
 * Each node (host) of the job has one agent. The agent of node 0 chooses the frequency schedules of
 * all ranks.
 *
 * @param nodes number of nodes (hosts) of the job
 * @param node number of this node (host), from 0
 * @param address name or IP address of node 0; null in a job of one node
 * @param port TCP port at which node 0 listens for the agents of the other nodes
 * @param timeout longest time to wait for the agents of the other nodes
 * @param secret shared secret of the agents of the job; {@link JobSecret#NONE} if the user has set
 *     none
 * @param settings names and values of the parameters that must be equal on all nodes
 */
public record AgentNodes(
    int nodes,
    int node,
    String address,
    int port,
    Duration timeout,
    JobSecret secret,
    Map<String, String> settings) {
  /** Describes a job on one host. Its agent connects to no other agent. */
  public static final AgentNodes ONE =
      new AgentNodes(1, 0, null, 0, Duration.ZERO, JobSecret.NONE, Map.of());

  public AgentNodes {
    settings = new TreeMap<>(settings);
  }

  /**
   * Returns a copy with other values of the parameters that must be equal on all nodes.
   *
   * @param newSettings names and values of the parameters that must be equal on all nodes
   */
  public AgentNodes with(Map<String, String> newSettings) {
    return new AgentNodes(nodes, node, address, port, timeout, secret, newSettings);
  }

  /** Returns whether the job runs on several nodes (hosts). */
  public boolean areSeveral() {
    return nodes > 1;
  }
}
