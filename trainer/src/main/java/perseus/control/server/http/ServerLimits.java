package perseus.control.server.http;

import java.time.Duration;

/**
 * Limits on what one client may use of the server.
 *
 * @param maxBodyBytes maximum length of a body
 * @param headTimeout time within which the head of a request must arrive; a slower connection is
 *     closed after one to three times that time
 * @param bodyTimeout time within which a body may arrive at any speed
 * @param minBodyBytesPerSecond minimum speed of a body after {@code bodyTimeout}
 */
public record ServerLimits(
    int maxBodyBytes, Duration headTimeout, Duration bodyTimeout, int minBodyBytesPerSecond) {

  /**
   * Maximum number of open connections. A connection may belong to a rank that waits; it needs
   * memory, but no thread.
   */
  public static final int MAX_CONNECTIONS = 16_384;

  /**
   * Default limits: 8 MiB, and 30 s for a request that usually arrives within milliseconds.
   *
   * <p>The longest bodies are results with a breakdown. A time and an energy per instruction and
   * iteration, of 20 characters and two separators each, are 44 bytes, so that 8 MiB hold 190,000
   * of them. For comparison, 128 microbatches with a forward, a backward and four transfers each
   * are 23,040 in 30 iterations.
   */
  public static final ServerLimits DEFAULT =
      new ServerLimits(8 << 20, Duration.ofSeconds(30), Duration.ofSeconds(30), 64 << 10);

  /** Returns these limits with another maximum length of a body. */
  public ServerLimits withMaxBodyBytes(int bytes) {
    return new ServerLimits(bytes, headTimeout, bodyTimeout, minBodyBytesPerSecond);
  }
}
