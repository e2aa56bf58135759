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
 * Predicts the rise of the energy counters in another phase of a job from the powers that {@link
 * Deconvolution} fits. Each predicted rise of the energy counter is compared with the measured
 * rise.
 *
 * <p>The powers at the highest recorded frequency predict the energy of another phase. If both
 * phases of the job recorded the GPU temperature, the predicted energy is corrected for the
 * temperature difference. Without recorded temperatures, the standard error of a predicted energy
 * covers a difference of 10 K.
 */
public final class Predictions {
  /**
   * Relative standard error of a predicted energy if the temperature is unknown. A temperature
   * difference of 10 K changes the power by about 1 %.
   */
  private static final double UNKNOWN_TEMPERATURE_ERROR = 0.01;

  /**
   * Relative standard error of a predicted energy if the GPU's mean power at its power limit is
   * unknown. If the power limit of an H200 was ignored, predicted energies of phases with longer or
   * shorter waits were wrong by 10 to 14 %.
   */
  private static final double UNKNOWN_LIMIT_ERROR = 0.06;

  private final Path directory;
  private final Warnings warnings = new Warnings();
  private final ConcurrentSkipListMap<Integer, Uncorrected> ofRank = new ConcurrentSkipListMap<>();

  /**
   * For each rank that hardly waited while powers were measured: function that predicts the energy
   * from the blocking power of other ranks.
   */
  private final Map<Integer, Function<MeanBlockingPower, Uncorrected>> waiting =
      new ConcurrentSkipListMap<>();

  /**
   * @param directory directory with the logs of the phase to predict
   */
  public Predictions(Path directory) {
    this.directory = directory;
  }

  /**
   * Holds the predicted energy of a rank before the temperature correction.
   *
   * @param kelvins temperature in the predicted phase minus temperature in the recording to which
   *     powers were fitted, in kelvins; NaN if it is unknown
   */
  private record Uncorrected(PhaseEnergy energy, double kelvins) {}

  /**
   * Predicts the rise of one rank's energy counter in another phase of the job; several threads may
   * call this method.
   *
   * @param window recorded data to which the powers were fitted
   * @param energy energies of the rank during {@code window}
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
    double limitError =
        Math.hypot(
            PowerLimit.isUnknown(rank, window) ? UNKNOWN_LIMIT_ERROR : 0,
            CoarseTimesError.of(other, other.windows().get(0), ErrorAtLimit.isSparse(fit)));
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

  /** Returns the mean GPU temperature in a phase, in degrees Celsius; NaN if it is unknown. */
  private static double celsius(RankRecording rank, Segment phase) {
    int seconds = (int) Math.max(1, phase.seconds());
    double sum = 0;
    for (int s = 0; s < seconds; s++) {
      sum += rank.states().celsiusAt(phase.start() + (s + 0.5) * phase.seconds() / seconds);
    }
    return sum / seconds;
  }

  /**
   * Completes the predictions of ranks that hardly waited in the recording to which powers were
   * fitted.
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
   * Returns the temperature-corrected predictions of all ranks, in order of the global rank.
   *
   * @param heat relative change of the power per kelvin; null if it is unknown
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

  /** Returns the directory with the logs of the predicted phase. */
  public Path directory() {
    return directory;
  }

  /** Returns the warnings about the logs of the predicted phase. */
  public Warnings warnings() {
    return warnings;
  }
}
