package perseus.gpu.sim;

/**
 * Bandwidth and latency of a GPU's links to other GPUs and to its host.
 *
 * @param peerBytesPerSecond bandwidth to a GPU of the same host, in each direction
 * @param peerLatencySeconds time of an empty message to a GPU of the same host
 * @param networkBytesPerSecond bandwidth to a GPU of another host
 * @param networkLatencySeconds time of an empty message to a GPU of another host
 * @param hostBytesPerSecond bandwidth from the host's memory
 * @param loadSeconds time to prepare a microbatch of training data on the host, for any size
 */
public record Interconnect(
    double peerBytesPerSecond,
    double peerLatencySeconds,
    double networkBytesPerSecond,
    double networkLatencySeconds,
    double hostBytesPerSecond,
    double loadSeconds) {

  /** Seconds from the start of a send until the receiver has all {@code bytes}. */
  public double transferSeconds(double bytes, boolean sameHost) {
    return sameHost
        ? peerLatencySeconds + bytes / peerBytesPerSecond
        : networkLatencySeconds + bytes / networkBytesPerSecond;
  }

  /**
   * Seconds of a ring all-reduce of {@code bytes} among n = {@code members} GPUs. Each GPU sends
   * and receives 2 (n - 1) messages of 1 / n of the bytes.
   */
  public double allReduceSeconds(double bytes, int members, boolean sameHost) {
    if (members <= 1 || bytes == 0) {
      return 0;
    }
    return 2 * (members - 1) * transferSeconds(bytes / members, sameHost);
  }

  /** Seconds to load a microbatch of {@code bytes} from the host. */
  public double loadSeconds(double bytes) {
    return loadSeconds + bytes / hostBytesPerSecond;
  }
}
