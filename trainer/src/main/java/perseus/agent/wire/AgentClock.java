package perseus.agent.wire;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import perseus.record.RankRecorder;

/**
 * Measures time in seconds since the start of the agent. It reads the clock that the recorders also
 * read, the Unix time of the host, so that times of both can be compared.
 */
public final class AgentClock {
  private final Instant zero = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  /** Returns the present time in seconds. */
  public double seconds() {
    return ChronoUnit.NANOS.between(zero, Instant.now()) / 1e9;
  }

  /** Converts Unix time in seconds to seconds on this clock. */
  public double ofEpoch(double epochSeconds) {
    return epochSeconds - zero.getEpochSecond();
  }

  /** Converts seconds on this clock to Unix time in seconds. */
  public double toEpoch(double seconds) {
    return zero.getEpochSecond() + seconds;
  }

  /** Returns the Unix time in microseconds at which this clock was 0. */
  public long zeroMicros() {
    return zero.getEpochSecond() * 1_000_000;
  }

  /** Returns the Unix time at which this clock was 0, in ticks of {@link RankRecorder}. */
  public long zeroTicks() {
    return zero.getEpochSecond() * RankRecorder.TICKS_PER_SECOND;
  }
}
