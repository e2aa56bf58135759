package perseus.control.server.http;

import java.time.Duration;

/**
 * Defines the limits on the size and the speed of a client's requests.
 *
 * @param maxBodyBytes maximum length of the body of a request, in bytes
 * @param headTimeout time within which the first line and the headers of a request must arrive. The
 *     server closes a slower connection at some time between {@code headTimeout} and 3 * {@code
 *     headTimeout}.
 * @param bodyTimeout time after the start of a request's body during which the body may arrive at
 *     any speed
 * @param minBodyBytesPerSecond minimum speed in bytes per second at which a request's body must
 *     arrive after {@code bodyTimeout}
 */
public record ServerLimits(
    int maxBodyBytes, Duration headTimeout, Duration bodyTimeout, int minBodyBytesPerSecond) {

  /**
   * Maximum number of connections that are open at the same time. The connection of a rank that
   * waits for its schedule needs memory, but no thread.
   */
  public static final int MAX_CONNECTIONS = 16_384;

  /**
   * Default limits on requests. By default, the body of a request may have at most 8 MiB. The
   * default timeouts are 30 seconds, although a request usually arrives within milliseconds. By
   * default, a body must arrive with at least 64 KiB per second, but the first 30 seconds of a body
   * have no minimum speed.
   *
   * <p>The longest bodies of requests are results with the times and energies of single
   * instructions. In the body of a result, a pair of a time and an energy needs 44 bytes, because
   * each of the two numbers needs 20 characters and two separators. Therefore a body of 8 MiB holds
   * 190,000 pairs of a time and an energy. For comparison, a rank reports one pair of a time and an
   * energy for each instruction of each iteration. With 128 microbatches and six instructions per
   * microbatch (a forward, a backward and four transfers), a rank reports 23,040 pairs of a time
   * and an energy in 30 iterations.
   */
  public static final ServerLimits DEFAULT =
      new ServerLimits(8 << 20, Duration.ofSeconds(30), Duration.ofSeconds(30), 64 << 10);

  /** Returns a copy of these limits with another maximum length of a request's body, in bytes. */
  public ServerLimits withMaxBodyBytes(int bytes) {
    return new ServerLimits(bytes, headTimeout, bodyTimeout, minBodyBytesPerSecond);
  }
}
