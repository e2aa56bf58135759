package perseus.agent.wire;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import perseus.record.RankRecorder;

/**
 * Measures time in seconds since the start of the agent. The start of the agent is rounded down to
 * a whole second of Unix time. The clock of the agent is based on the Unix time of the host, which
 * the ranks also use. Times of the agent and times of ranks are on the same clock.
 */
public final class AgentClock {
  private final Instant zero = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  /** Returns the current time in seconds since the start of the agent. */
  public double seconds() {
    return ChronoUnit.NANOS.between(zero, Instant.now()) / 1e9;
  }

  /** Converts a Unix time in seconds to a time in seconds since the start of the agent. */
  public double ofEpoch(double epochSeconds) {
    return epochSeconds - zero.getEpochSecond();
  }

  /** Converts a time in seconds since the start of the agent to a Unix time in seconds. */
  public double toEpoch(double seconds) {
    return zero.getEpochSecond() + seconds;
  }

  /** Returns the Unix time in microseconds at which the agent started. */
  public long zeroMicros() {
    return zero.getEpochSecond() * 1_000_000;
  }

  /** Returns the Unix time at which the agent started, in units of 0.1 microseconds. */
  public long zeroTicks() {
    return zero.getEpochSecond() * RankRecorder.TICKS_PER_SECOND;
  }
}
