package perseus.job;

/**
 * Holds the IP address and the port to which other ranks connect to reach a rank.
 *
 * @param host the IP address of the rank's host
 * @param port the port at which the rank accepts connections
 */
public record RankAddress(String host, int port) {}
