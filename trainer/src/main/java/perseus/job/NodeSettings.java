package perseus.job;

import java.time.Duration;
import perseus.wire.JobSecret;

/**
 * Holds the number of this node and the number of nodes of the job. Node 0 coordinates the job. The
 * settings contain the address and the secret with which this node connects to node 0.
 *
 * @param node this node's number, from 0
 * @param masterAddress name or IP address of node 0's host; null if the user has not set the
 *     address
 * @param masterPort port number at which node 0 accepts connections. If the port number is 0, node
 *     0 chooses a free port. The port number 0 is possible only in a job of one node.
 * @param timeout the longest time to wait until all nodes and all ranks are connected
 * @param secret the secret that the user has set in the environment variable PERSEUS_JOB_SECRET;
 *     null if the variable is not set
 */
public record NodeSettings(
    int nodes,
    int node,
    String masterAddress,
    int masterPort,
    Duration timeout,
    JobSecret secret) {}
