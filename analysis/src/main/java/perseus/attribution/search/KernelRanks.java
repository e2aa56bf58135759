package perseus.attribution.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.KnownSensor;
import perseus.attribution.sensor.PowerLimit;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Chooses the ranks from whose readings the lag and smoothing of a sensor are estimated.
 *
 * <p>A rank whose clock drifts is not used, because its lag changes. A rank that hardly waits at
 * its power limit is unreliable, because its power changes little between instructions. The power
 * limit also changes the power within its instructions, which looks like smoothing by the sensor.
 * The readings of one reliable rank outweigh those of unreliable ranks. If no rank is reliable, the
 * measured sensor of the GPU model is used.
 *
 * <p>Source: six recordings of two-stage pipelines on H200 GPUs at their power limit (29 and 30
 * November 2026). Fits to the first stages, which wait, give lags of 3 to 4 ms and time constants
 * of 12 to 14 ms. Loads at known times give the same values. Fits to the last stages, which hardly
 * wait, give lags of -6 to 11 ms and time constants of 18 to 32 ms. These wrong values lower -2 log
 * likelihood by 0.06 to 0.32 per sample, and change the energy of a forward by 5 %.
 */
final class KernelRanks {
  /** Minimum fraction of the time in which a reliable rank at its power limit waits. */
  private static final double MIN_WAITING_SHARE = 0.05;

  /**
   * If no rank is reliable, the penalty for a difference from the measured sensor is multiplied by
   * this factor. The penalty then exceeds every decrease of -2 log likelihood.
   */
  private static final double KNOWN_ALONE = 1e4;

  private final Channel channel;
  private final Optional<KnownSensor> known;
  private final Set<Integer> used;
  private final double knownWeight;

  private KernelRanks(
      Channel channel, Optional<KnownSensor> known, Set<Integer> used, double knownWeight) {
    this.channel = channel;
    this.known = known;
    this.used = used;
    this.knownWeight = knownWeight;
  }

  /**
   * @param known measured sensor of the GPU model
   * @param drifting global ranks whose clocks drift
   */
  static KernelRanks of(
      List<MarkedRank> ranks, Channel channel, Optional<KnownSensor> known, Set<Integer> drifting) {
    List<RankRecording> with =
        ranks.stream().map(MarkedRank::rank).filter(rank -> has(channel, rank)).toList();
    List<RankRecording> steady =
        with.stream().filter(rank -> !drifting.contains(rank.rank())).toList();
    boolean anyReliable =
        known.isEmpty() ? !steady.isEmpty() : steady.stream().anyMatch(KernelRanks::isReliable);
    if (anyReliable) {
      return new KernelRanks(channel, known, numbers(steady), 1);
    }
    return new KernelRanks(channel, known, numbers(with), known.isEmpty() ? 1 : KNOWN_ALONE);
  }

  private static Set<Integer> numbers(List<RankRecording> ranks) {
    return ranks.stream().map(RankRecording::rank).collect(Collectors.toSet());
  }

  private static boolean has(Channel channel, RankRecording rank) {
    if (channel == Channel.SAMPLES) {
      return rank.hasSamples();
    }
    return rank.windows().stream()
        .flatMap(window -> window.segments().stream())
        .map(Segment::energy)
        .distinct()
        .anyMatch(log -> IntStream.range(0, log.size()).anyMatch(i -> log.usable()[i]));
  }

  /**
   * Returns whether the readings of a rank show the lag and smoothing of its sensor reliably, for a
   * known GPU model.
   */
  private static boolean isReliable(RankRecording rank) {
    double busy = 0;
    double all = 0;
    boolean limited = false;
    for (Window window : rank.windows()) {
      limited |= !Double.isNaN(PowerLimit.watts(rank, window));
      busy += window.durations(kind -> true).total();
      all += window.seconds();
    }
    return !limited || busy < (1 - MIN_WAITING_SHARE) * all;
  }

  /** Returns those of the given ranks that were chosen. */
  List<MarkedRank> in(List<MarkedRank> ranks) {
    return ranks.stream().filter(rank -> used.contains(rank.rank().rank())).toList();
  }

  /**
   * Returns a search for lag and smoothing with the samples of the chosen ranks.
   *
   * @param models power model of each sample
   */
  KernelSearch search(List<RankSample> samples, List<PowerModel> models, Sensor base) {
    List<RankSample> some = new ArrayList<>();
    List<PowerModel> modelsOfSome = new ArrayList<>();
    for (int r = 0; r < samples.size(); r++) {
      if (used.contains(samples.get(r).rank())) {
        some.add(samples.get(r));
        modelsOfSome.add(models.get(r));
      }
    }
    return new KernelSearch(some, modelsOfSome, channel, base, known, knownWeight);
  }
}
