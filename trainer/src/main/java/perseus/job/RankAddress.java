package perseus.job;

/**
 * The address at which other ranks reach a rank.
 *
 * @param host the IP address of the rank's host
 * @param port the port that the rank listens at
 */
public record RankAddress(String host, int port) {}
