package perseus.job;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * This host's place among the hosts of a job, and where they meet.
 *
 * @param nodes number of hosts
 * @param node this host's number, from 0
 * @param masterAddress name or address of node 0; null where the user gave none
 * @param masterPort its port; 0 for any, which only a single node can use
 * @param timeout how long to wait for other hosts and ranks
 * @param secret PERSEUS_JOB_SECRET; null where it is not set
 */
public record NodeSettings(
    int nodes, int node, String masterAddress, int masterPort, Duration timeout, String secret) {

  /** This host's name; {@code localhost} where the system knows none. */
  public static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
