package perseus.attribution;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.heat.WindowHeat;
import perseus.attribution.phase.PhaseConditions;
import perseus.attribution.result.Heat;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.PhaseEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.search.SensorSearch;
import perseus.attribution.sensor.PowerLimit;
import perseus.recording.WholeLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/**
 * Predicts how much the energy counters rise in another phase of a job, from the powers that {@link
 * Deconvolution} finds. Compares each prediction with the measured rise of the counter.
 *
 * <p>The prediction uses the powers at the highest recorded frequency. If the temperatures of both
 * phases were recorded, the prediction is corrected for the difference between the temperatures.
 * Otherwise the standard error of the prediction is increased by the effect of a difference of 10
 * K.
 */
public final class Predictions {
  /**
   * Relative standard error of an energy at an unknown temperature. It assumes that the temperature
   * differs by 10 K, and that 10 K change the power by 1 %.
   */
  private static final double UNKNOWN_TEMPERATURE_ERROR = 0.01;

  /**
   * Relative standard error of the energy of a GPU whose power limit is unknown. If the limit of an
   * H200 is not known, the predicted energy of a phase with other waiting times is wrong by 10 to
   * 14 %.
   */
  private static final double UNKNOWN_LIMIT_ERROR = 0.06;

  private final Path directory;
  private final Warnings warnings = new Warnings();
  private final ConcurrentSkipListMap<Integer, Uncorrected> ofRank = new ConcurrentSkipListMap<>();

  /**
   * Predictions of ranks that hardly waited in the window, which need the blocking power of the
   * other ranks.
   */
  private final Map<Integer, Function<MeanBlockingPower, Uncorrected>> waiting =
      new ConcurrentSkipListMap<>();

  /**
   * @param directory directory with the logs of the other phase
   */
  public Predictions(Path directory) {
    this.directory = directory;
  }

  /**
   * Holds a prediction that is not yet corrected for the difference between the temperatures.
   *
   * @param kelvins temperature of the GPU in the phase minus its temperature during the fit, in
   *     kelvins; NaN if it is unknown
   */
  private record Uncorrected(PhaseEnergy energy, double kelvins) {}

  /**
   * Predicts the rise of one rank's energy counter in the other phase. Several threads may call
   * this method.
   *
   * @param window window of the rank to which the powers were fitted
   * @param energy energies of the window
   */
  void add(
      RankRecording rank,
      Window window,
      WindowFit fit,
      WindowEnergy energy,
      SensorSearch.Learned learned) {
    int mhz = window.frequencyMhz();
    RankRecording other = learned.sensor().apply(WholeLog.read(directory, rank, mhz, warnings));
    Segment phase = other.windows().get(0).segments().get(0);
    double kelvins = celsius(other, phase) - WindowHeat.of(mhz, fit, rank.states()).celsius();
    PhaseConditions conditions = PhaseConditions.of(rank, window, other, phase);
    double limitError = PowerLimit.isUnknown(rank, window) ? UNKNOWN_LIMIT_ERROR : 0;
    Function<MeanBlockingPower, Uncorrected> prediction =
        blocking ->
            new Uncorrected(
                fit.predict(
                        rank.rank(), phase, learned.deviations(), conditions.withBlocking(blocking))
                    .times(1, limitError),
                kelvins);
    if (MeanBlockingPower.overWindows(List.of(energy)).isCertain()) {
      ofRank.put(rank.rank(), prediction.apply(null));
    } else {
      waiting.put(rank.rank(), prediction);
    }
  }

  /** Returns the mean temperature in a phase, in degrees Celsius; NaN if it is unknown. */
  private static double celsius(RankRecording rank, Segment phase) {
    int seconds = (int) Math.max(1, phase.seconds());
    double sum = 0;
    for (int s = 0; s < seconds; s++) {
      sum += rank.states().celsiusAt(phase.start() + (s + 0.5) * phase.seconds() / seconds);
    }
    return sum / seconds;
  }

  /**
   * Completes the predictions of ranks that hardly waited in their windows.
   *
   * @param ranks energies of all ranks of the recording
   */
  void complete(List<RankEnergy> ranks) {
    MeanBlockingPower mean = MeanBlockingPower.overCertainRanks(ranks);
    MeanBlockingPower ofOthers = mean.isCertain() ? mean : null;
    waiting.forEach((rank, prediction) -> ofRank.put(rank, prediction.apply(ofOthers)));
    waiting.clear();
  }

  /**
   * Returns the predictions of all ranks, in order of their numbers.
   *
   * @param heat influence of the temperature on the power; null if it is unknown
   */
  public List<PhaseEnergy> corrected(Heat heat) {
    List<PhaseEnergy> corrected = new ArrayList<>();
    Collection<Uncorrected> all = ofRank.values();
    for (Uncorrected one : all) {
      boolean isKnown = heat != null && !Double.isNaN(one.kelvins);
      corrected.add(
          isKnown
              ? one.energy.times(
                  1 + heat.slopePerKelvin() * one.kelvins,
                  Math.abs(heat.slopeStderr() * one.kelvins))
              : one.energy.times(1, UNKNOWN_TEMPERATURE_ERROR));
    }
    return corrected;
  }

  /** Returns the directory of the other phase. */
  public Path directory() {
    return directory;
  }

  /** Returns the warnings about the logs of the other phase. */
  public Warnings warnings() {
    return warnings;
  }
}
