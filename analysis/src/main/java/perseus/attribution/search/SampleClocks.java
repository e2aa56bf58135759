package perseus.attribution.search;

import java.util.List;
import java.util.Set;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.clock.SampleClock;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.KnownKernel;
import perseus.attribution.sensor.KnownSensor;
import perseus.attribution.sensor.SampleStamps;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warnings;

/**
 * Corrects the times of the energy counter or of the power samples of a rank, if the clocks of
 * counter and samples differ ({@link SampleClock}).
 *
 * <p>The clock of the samples is wrong if the instructions explain the samples better with
 * corrected times. If the instructions explain the samples better with the recorded times, the
 * clock of the counter is wrong.
 */
final class SampleClocks {
  /** Largest usual lag of power samples, in seconds. */
  private static final double MAX_LAG = 0.03;

  private SampleClocks() {}

  static List<RankRecording> corrected(List<RankRecording> ranks, Warnings warnings) {
    return ranks.parallelStream().map(rank -> corrected(rank, warnings)).toList();
  }

  /** Returns the rank with corrected times, or the same object if the clocks agree. */
  static RankRecording corrected(RankRecording rank, Warnings warnings) {
    double counterLater =
        KnownSensor.of(rank)
            .map(known -> delay(known.counter()) - delay(known.samples()))
            .orElse(0.0);
    return SampleClock.find(rank, counterLater)
        .map(clock -> corrected(rank, clock, warnings))
        .orElse(rank);
  }

  private static double delay(KnownKernel known) {
    return known.kernel().meanDelaySeconds();
  }

  private static RankRecording corrected(RankRecording rank, SampleClock clock, Warnings warnings) {
    RankRecording moved = clock.withMovedSamples(rank);
    boolean isBetter = misfit(moved) < misfit(rank);
    warnings.add(clock.note(rank.rank(), isBetter));
    return isBetter ? moved : clock.withMovedCounter(rank);
  }

  /** Returns the smallest -2 log likelihood per power sample over all usual lags. */
  private static double misfit(RankRecording rank) {
    RankSample sample = RankSample.of(MarkedRank.of(rank, Set.of()), Integer.MAX_VALUE);
    PowerModel model = sample.detailedModel();
    Sensor sensor =
        new Sensor(Kernel.PLAIN, KernelSearch.USUAL_LOW_PASS, false, SampleStamps.RIGHT, 0);
    double best = Double.POSITIVE_INFINITY;
    for (double lag = LagSearch.MIN_SECONDS; lag < MAX_LAG; lag += LagSearch.STEP_SECONDS) {
      best =
          Math.min(
              best, sample.misfit(Channel.SAMPLES, Channel.SAMPLES.withLag(sensor, lag), model));
    }
    return best / sample.readings(Channel.SAMPLES);
  }
}
