package perseus.agent.hosts;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import perseus.wire.JobSecret;

/**
 * Holds the number of this agent's node in a job, and the settings with which the agents of the job
 * connect. Each node (host) of the job has one agent. The agent of node 0 chooses the schedules of
 * all ranks.
 *
 * @param nodes number of nodes of the job
 * @param node number of this node, from 0
 * @param address name or IP address of node 0; null in a job of one node
 * @param port TCP port at which node 0 listens for the agents of the other nodes
 * @param timeout the longest time to wait for the agents of the other nodes
 * @param secret the secret of the job's agents; {@link JobSecret#NONE} if the user has set none
 * @param settings map from name to value of each setting that must be equal on all nodes
 */
public record AgentNodes(
    int nodes,
    int node,
    String address,
    int port,
    Duration timeout,
    JobSecret secret,
    Map<String, String> settings) {
  /** The settings of a job on one host, whose agent connects to no other agent. */
  public static final AgentNodes ONE =
      new AgentNodes(1, 0, null, 0, Duration.ZERO, JobSecret.NONE, Map.of());

  public AgentNodes {
    settings = new TreeMap<>(settings);
  }

  /**
   * Returns a copy with other settings.
   *
   * @param newSettings map from name to value of each setting that must be equal on all nodes
   */
  public AgentNodes with(Map<String, String> newSettings) {
    return new AgentNodes(nodes, node, address, port, timeout, secret, newSettings);
  }

  /** Returns whether the job runs on several nodes. */
  public boolean areSeveral() {
    return nodes > 1;
  }
}
