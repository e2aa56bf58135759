package perseus.attribution.sensor;

import java.util.IdentityHashMap;
import java.util.Map;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;

/** Lists the errors that the recorded times of power samples may have. */
public enum SampleStamps {
  /** The recorded times of all power samples are right. */
  RIGHT,

  /**
   * Some recorded times of power samples are late, and {@link SampleTimes} corrects the late times.
   */
  LATE,

  /**
   * Some recorded times of power samples are wrong, and {@link PunctualSamples} finds the right
   * ones.
   */
  UNRELIABLE;

  /**
   * Maximum time quantum of the recorded times, as a fraction of the sampling period, with which
   * late samples are recognized.
   */
  private static final double MAX_QUANTUM = 0.1;

  /** Returns whether the recorded times of power samples are too coarse to show late samples. */
  public static boolean areHidden(RankRecording rank) {
    return rank.windows().stream()
        .flatMap(window -> window.segments().stream())
        .map(Segment::samples)
        .anyMatch(samples -> samples.quantumSeconds() > MAX_QUANTUM * samples.periodSeconds());
  }

  /** Returns a copy of the recording with corrected times of the power samples. */
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
