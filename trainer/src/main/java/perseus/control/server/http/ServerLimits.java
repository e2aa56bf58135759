package perseus.control.server.http;

import java.time.Duration;

/**
 * Defines the limits on the size and the speed of a client's requests.
 *
 * @param maxBodyBytes maximum length of a body, in bytes
 * @param headTimeout time within which the first line and the headers of a request must arrive; a
 *     slower connection is closed after one to three times this time
 * @param bodyTimeout time after the start of a body during which no minimum speed applies
 * @param minBodyBytesPerSecond minimum speed of a body after {@code bodyTimeout}, in bytes per
 *     second
 */
public record ServerLimits(
    int maxBodyBytes, Duration headTimeout, Duration bodyTimeout, int minBodyBytesPerSecond) {

  /**
   * Maximum number of open connections. The connection of a waiting rank needs memory, but no
   * thread.
   */
  public static final int MAX_CONNECTIONS = 16_384;

  /**
   * Default limits. A body may have at most 8 MiB. The timeouts are 30 seconds, although a request
   * usually arrives within milliseconds. After 30 seconds, the minimum speed of a body is 64 KiB
   * per second.
   *
   * <p>The longest bodies are results with the times and energies of single instructions. A time
   * and an energy need 44 bytes: 20 characters and two separators for each number. Therefore 8 MiB
   * hold 190,000 pairs of a time and an energy. For comparison, a rank reports one pair for each
   * instruction of each iteration. With 128 microbatches and six instructions for each (a forward,
   * a backward and four transfers), 30 iterations have 23,040 pairs.
   */
  public static final ServerLimits DEFAULT =
      new ServerLimits(8 << 20, Duration.ofSeconds(30), Duration.ofSeconds(30), 64 << 10);

  /** Returns the same limits with another maximum length of a body, in bytes. */
  public ServerLimits withMaxBodyBytes(int bytes) {
    return new ServerLimits(bytes, headTimeout, bodyTimeout, minBodyBytesPerSecond);
  }
}
