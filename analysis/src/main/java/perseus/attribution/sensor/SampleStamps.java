package perseus.attribution.sensor;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.RankRecording;

/** Says what the times of power samples are worth, and which samples are used. */
public enum SampleStamps {
  /** The recorded times are right. */
  RIGHT,

  /** Some times are late; {@link SampleTimes} corrects them. */
  LATE,

  /** Some times are wrong; only the samples of {@link PunctualSamples} are used. */
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
    double[] times = SampleTimes.of(samples.times(), samples.periodSeconds());
    if (this == LATE) {
      return samples.with(times, samples.watts());
    }
    boolean[] punctual = PunctualSamples.of(samples.times());
    int[] kept = IntStream.range(0, times.length).filter(i -> punctual[i]).toArray();
    return samples.with(
        Arrays.stream(kept).mapToDouble(i -> times[i]).toArray(),
        Arrays.stream(kept).mapToDouble(i -> samples.watts()[i]).toArray());
  }
}
