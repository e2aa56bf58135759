package perseus.attribution.clock;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.RankRecording;

/** Shifts the times of a rank's sensor readings, but not the times of its instructions. */
public final class ShiftedTimes {
  private ShiftedTimes() {}

  /**
   * Returns a copy of the recording with shifted times of its sensor readings.
   *
   * @param time increasing function from the recorded to the new Unix time in seconds
   */
  public static RankRecording of(RankRecording rank, DoubleUnaryOperator time) {
    return ofSamples(ofCounter(rank, time), time);
  }

  /** Returns a copy of the recording with shifted times of its power samples alone. */
  public static RankRecording ofSamples(RankRecording rank, DoubleUnaryOperator time) {
    Map<PowerSamples, PowerSamples> samples = new IdentityHashMap<>();
    return rank.withSegments(
        segment ->
            segment.with(
                segment.energy(),
                samples.computeIfAbsent(segment.samples(), some -> of(some, time))));
  }

  /** Returns a copy of the recording with shifted times of its energy counter alone. */
  public static RankRecording ofCounter(RankRecording rank, DoubleUnaryOperator time) {
    Map<EnergyLog, EnergyLog> logs = new IdentityHashMap<>();
    return rank.withSegments(
        segment ->
            segment.with(
                logs.computeIfAbsent(segment.energy(), log -> of(log, time)), segment.samples()));
  }

  private static EnergyLog of(EnergyLog log, DoubleUnaryOperator time) {
    double[] times = Arrays.stream(log.times()).map(time).toArray();
    return log.withTimes(times);
  }

  private static PowerSamples of(PowerSamples samples, DoubleUnaryOperator time) {
    double[] times = Arrays.stream(samples.times()).map(time).toArray();
    PowerSamples shifted = samples.with(times, samples.watts());
    return samples.doubtful() == null
        ? shifted
        : shifted.withDoubtful(of(samples.doubtful(), time));
  }
}
