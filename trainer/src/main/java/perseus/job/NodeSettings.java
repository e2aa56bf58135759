package perseus.job;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * The place of this node among the nodes of a job, and the address at which they meet.
 *
 * @param nodes number of nodes
 * @param node this node's number, from 0
 * @param masterAddress name or address of node 0's host; null if the user gave none
 * @param masterPort node 0's port; 0 for any free port, which only a job of one node can use
 * @param timeout how long to wait for the other nodes and for the ranks
 * @param secret the value of PERSEUS_JOB_SECRET; null if it is not set
 */
public record NodeSettings(
    int nodes, int node, String masterAddress, int masterPort, Duration timeout, String secret) {

  /** Returns this host's name, or {@code localhost} if the system does not know it. */
  public static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
