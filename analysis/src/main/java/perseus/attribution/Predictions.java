package perseus.attribution;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.heat.WindowHeat;
import perseus.attribution.result.Heat;
import perseus.attribution.result.PhaseEnergy;
import perseus.attribution.search.SensorSearch;
import perseus.attribution.sensor.PowerLimit;
import perseus.recording.WholeLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/**
 * Predicts the increases of the energy counters in another phase of a job with the powers that
 * {@link Deconvolution} finds, and compares them with the counters.
 *
 * <p>The powers are those of the highest recorded frequency. If temperatures of both phases were
 * recorded, the prediction is corrected for their difference; otherwise a difference of 10 K is
 * taken as one standard error.
 */
public final class Predictions {
  /** Relative standard error of the energy at an unknown temperature: 10 K and 1 % per 10 K. */
  private static final double UNKNOWN_TEMPERATURE_ERROR = 0.01;

  /**
   * Relative standard error of the energy of a GPU at an unknown power limit. Without its known
   * limit, phases of an H200 with other waits are predicted wrong by 10 to 14 %.
   */
  private static final double UNKNOWN_LIMIT_ERROR = 0.06;

  private final Path directory;
  private final Warnings warnings = new Warnings();
  private final ConcurrentSkipListMap<Integer, Uncorrected> ofRank = new ConcurrentSkipListMap<>();

  /**
   * @param directory directory with the logs of the other phase
   */
  public Predictions(Path directory) {
    this.directory = directory;
  }

  /**
   * A prediction before its correction for heat.
   *
   * @param kelvins by how much the GPU was hotter than during the fit; NaN if it is unknown
   */
  private record Uncorrected(PhaseEnergy energy, double kelvins) {}

  /**
   * Predicts the phase of one rank. Several threads may call this method.
   *
   * @param window window of the rank that was fitted
   */
  void add(RankRecording rank, Window window, WindowFit fit, SensorSearch.Learned learned) {
    int mhz = window.frequencyMhz();
    RankRecording other = learned.sensor().apply(WholeLog.read(directory, rank, mhz, warnings));
    Segment phase = other.windows().get(0).segments().get(0);
    double kelvins = celsius(other, phase) - WindowHeat.of(mhz, fit, rank.states()).celsius();
    PhaseEnergy energy = fit.predict(rank.rank(), phase, learned.deviations());
    double limitError = PowerLimit.isUnknown(rank, window) ? UNKNOWN_LIMIT_ERROR : 0;
    ofRank.put(rank.rank(), new Uncorrected(energy.times(1, limitError), kelvins));
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
   * Returns the predictions of all ranks, in order of their numbers.
   *
   * @param heat influence of the temperature; null if it is unknown
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

  /** Returns what was repaired or left out in the logs of the other phase. */
  public Warnings warnings() {
    return warnings;
  }
}
