package perseus.control.server;

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

  /** 64 MiB, and half a minute for what usually takes milliseconds. */
  public static final ServerLimits USUAL =
      new ServerLimits(64 << 20, Duration.ofSeconds(30), Duration.ofSeconds(30), 64 << 10);

  /** These with another longest body. */
  public ServerLimits withMostBodyBytes(int bytes) {
    return new ServerLimits(bytes, headPatience, bodyPatience, leastBodyBytesPerSecond);
  }
}
