package perseus.gpu.sim;

/**
 * The ways into and out of a GPU.
 *
 * @param peerBytesPerSecond bandwidth to a GPU of the same host, in each direction
 * @param peerLatencySeconds time of an empty message to a GPU of the same host
 * @param networkBytesPerSecond bandwidth to a GPU of another host
 * @param networkLatencySeconds time of an empty message to a GPU of another host
 * @param hostBytesPerSecond bandwidth of a batch of training data from the host's memory
 * @param loadSeconds time to fetch and prepare a batch on the host, whatever its size
 */
public record Interconnect(
    double peerBytesPerSecond,
    double peerLatencySeconds,
    double networkBytesPerSecond,
    double networkLatencySeconds,
    double hostBytesPerSecond,
    double loadSeconds) {

  /** Seconds from a send to the receiver having all {@code bytes}. */
  public double transferSeconds(double bytes, boolean sameHost) {
    return sameHost
        ? peerLatencySeconds + bytes / peerBytesPerSecond
        : networkLatencySeconds + bytes / networkBytesPerSecond;
  }

  /**
   * Seconds of a ring all-reduce of {@code bytes} among {@code members} GPUs: each sends and
   * receives {@code 2 (n - 1) / n} times the bytes in {@code 2 (n - 1)} messages.
   */
  public double allReduceSeconds(double bytes, int members, boolean sameHost) {
    if (members <= 1 || bytes == 0) {
      return 0;
    }
    return 2 * (members - 1) * transferSeconds(bytes / members, sameHost);
  }

  /** Seconds to load a microbatch of {@code bytes}. */
  public double loadSeconds(double bytes) {
    return loadSeconds + bytes / hostBytesPerSecond;
  }
}
