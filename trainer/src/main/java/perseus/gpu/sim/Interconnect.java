package perseus.gpu.sim;

/**
 * Computes the times of transfers between GPUs, and from the memory of the host to a GPU.
 *
 * @param peerBytesPerSecond bandwidth between two GPUs of the same host, in bytes per second in
 *     each direction
 * @param peerLatencySeconds time in seconds that an empty message takes between two GPUs of the
 *     same host
 * @param networkBytesPerSecond bandwidth between GPUs of two hosts, in bytes per second
 * @param networkLatencySeconds time in seconds that an empty message takes between GPUs of two
 *     hosts
 * @param hostBytesPerSecond bandwidth from the memory of the host to a GPU, in bytes per second
 * @param loadSeconds time in seconds to prepare a microbatch of training data of any size on the
 *     host
 */
public record Interconnect(
    double peerBytesPerSecond,
    double peerLatencySeconds,
    double networkBytesPerSecond,
    double networkLatencySeconds,
    double hostBytesPerSecond,
    double loadSeconds) {

  /**
   * Returns the time in seconds of a transfer between two GPUs, from the start of the send until
   * the receiver has all bytes.
   *
   * @param bytes size of the transferred message in bytes
   * @param sameHost whether the sending GPU and the receiving GPU are on the same host
   */
  public double transferSeconds(double bytes, boolean sameHost) {
    return sameHost
        ? peerLatencySeconds + bytes / peerBytesPerSecond
        : networkLatencySeconds + bytes / networkBytesPerSecond;
  }

  /**
   * Returns the time in seconds of a ring all-reduce, which sums data over n GPUs. In a ring
   * all-reduce over n GPUs, each GPU sends and receives {@code 2 (n - 1)} messages, each of size
   * 1/n of the data.
   *
   * @param bytes size in bytes of the data that the all-reduce sums
   * @param members number of GPUs in the all-reduce
   * @param sameHost whether all GPUs of the all-reduce are on the same host
   */
  public double allReduceSeconds(double bytes, int members, boolean sameHost) {
    if (members <= 1 || bytes == 0) {
      return 0;
    }
    return 2 * (members - 1) * transferSeconds(bytes / members, sameHost);
  }

  /**
   * Returns the time in seconds to prepare a microbatch of training data on the host and to copy it
   * to the GPU.
   *
   * @param bytes size of the microbatch of training data in bytes
   */
  public double loadSeconds(double bytes) {
    return loadSeconds + bytes / hostBytesPerSecond;
  }
}
