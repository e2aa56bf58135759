package perseus.attribution.sensor;

import java.util.IdentityHashMap;
import java.util.Map;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.RankRecording;

/** Lists what may be wrong with the recorded times of power samples, and how it is repaired. */
public enum SampleStamps {
  /** The recorded times are right. */
  RIGHT,

  /** Some recorded times are late; {@link SampleTimes} corrects them. */
  LATE,

  /**
   * Some recorded times are wrong; {@link PunctualSamples} finds the right ones, and estimates the
   * others.
   */
  UNRELIABLE;

  /** Returns a copy of the recording with the samples that are used, and their best times. */
  public RankRecording apply(RankRecording rank) {
    if (this == RIGHT) {
      return rank;
    }
    Map<PowerSamples, PowerSamples> changed = new IdentityHashMap<>();
    return rank.withSegments(
        segment ->
            segment.with(
                segment.energy(), changed.computeIfAbsent(segment.samples(), this::changed)));
  }

  private PowerSamples changed(PowerSamples samples) {
    if (this == LATE) {
      double[] times = SampleTimes.of(samples.times(), samples.periodSeconds());
      return samples.with(times, samples.watts());
    }
    return PunctualSamples.of(samples.times()).apply(samples);
  }
}
