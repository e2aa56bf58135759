package perseus.control.server.http;

import java.time.Duration;

/**
 * What one client may take of a server that serves many.
 *
 * @param mostBodyBytes the longest body
 * @param headPatience how long the head of a request may take to arrive; its connection is closed
 *     between one and three times that later
 * @param bodyPatience how long a body may take before its speed is looked at
 * @param leastBodyBytesPerSecond how fast a body must come from then on
 */
public record ServerLimits(
    int mostBodyBytes, Duration headPatience, Duration bodyPatience, int leastBodyBytesPerSecond) {

  /** Connections at once. Each may be a rank that waits; it costs memory, but no thread. */
  public static final int MOST_CONNECTIONS = 16_384;

  /**
   * 8 MiB, and half a minute for what usually takes milliseconds. The longest bodies are results
   * with a breakdown: a time and an energy per instruction and iteration, of 20 characters and two
   * separators each, are 44 bytes, so that 190,000 fit; 128 microbatches of a forward, a backward
   * and four transfers in 30 iterations are 23,040.
   */
  public static final ServerLimits USUAL =
      new ServerLimits(8 << 20, Duration.ofSeconds(30), Duration.ofSeconds(30), 64 << 10);

  /** These with another longest body. */
  public ServerLimits withMostBodyBytes(int bytes) {
    return new ServerLimits(bytes, headPatience, bodyPatience, leastBodyBytesPerSecond);
  }
}
