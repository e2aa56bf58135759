package perseus.control.server.http;

import java.time.Duration;

/**
 * Defines the limits on the size and the speed of a client's requests.
 *
 * @param maxBodyBytes maximum length of the body of a request, in bytes
 * @param headTimeout time within which the first line and the headers of a request must arrive. The
 *     server closes a connection with a slow request after one to three times {@code headTimeout}.
 * @param bodyTimeout time after the start of a body during which the body may arrive at any speed
 * @param minBodyBytesPerSecond minimum speed in bytes per second of a body after {@code
 *     bodyTimeout}
 */
public record ServerLimits(
    int maxBodyBytes, Duration headTimeout, Duration bodyTimeout, int minBodyBytesPerSecond) {

  /**
   * Maximum number of connections that are open at the same time. A connection on which a rank
   * waits for its schedule needs memory, but no thread.
   */
  public static final int MAX_CONNECTIONS = 16_384;

  /**
   * By default, the body of a request may have at most 8 MiB. The default timeouts are 30 seconds,
   * although a request usually arrives within milliseconds. By default, a body must arrive with at
   * least 64 KiB per second after its first 30 seconds.
   *
   * <p>The longest bodies of requests are results with the times and energies of single
   * instructions. A time and an energy of one instruction need 44 bytes in a body. A body of 8 MiB
   * can contain the times and energies of 190,000 instructions. A rank reports one time and one
   * energy for each instruction of each iteration. For example, 128 microbatches with six
   * instructions each (a forward, a backward and four transfers) give 23,040 instructions in 30
   * iterations.
   */
  public static final ServerLimits DEFAULT =
      new ServerLimits(8 << 20, Duration.ofSeconds(30), Duration.ofSeconds(30), 64 << 10);

  /** Returns a copy of the limits with another maximum length in bytes of the body of a request. */
  public ServerLimits withMaxBodyBytes(int bytes) {
    return new ServerLimits(bytes, headTimeout, bodyTimeout, minBodyBytesPerSecond);
  }
}
