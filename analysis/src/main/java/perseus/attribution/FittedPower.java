package perseus.attribution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.fit.Readings;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.search.SensorSearch;
import perseus.attribution.sensor.Sensor;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.recording.Recording;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;

/**
 * Compares the measured power of each counter update of one rank with the power that {@link
 * Deconvolution} predicts. The chart of a recording shows the measured and the predicted power, so
 * that users can judge the fit.
 */
public final class FittedPower {
  private final RankFits fits;

  private FittedPower(RankFits fits) {
    this.fits = fits;
  }

  /**
   * Holds the measured and the predicted power of one counter update or power sample. The lag of
   * the sensor is already subtracted from {@code start} and {@code end}.
   *
   * @param start Unix time in seconds at which the measured time span starts
   * @param end Unix time in seconds at which the measured time span ends
   * @param measuredWatts measured mean power in watts
   * @param fittedWatts mean power in watts that the fitted powers predict
   */
  public record Reading(double start, double end, double measuredWatts, double fittedWatts) {}

  /**
   * Estimates the lag and smoothing of the energy counters, and fits the powers of one rank.
   *
   * @param recording recording of the job
   * @param rank global rank whose powers are fitted
   * @param progress receives progress reports while ranks are read and while the lag of the sensor
   *     is estimated
   * @throws UserError if the recording has no such rank or the logs of the rank cannot be used
   */
  public static FittedPower of(Recording recording, int rank, Progress progress) {
    RankPlace place =
        recording.ranks().stream()
            .filter(candidate -> candidate.rank() == rank)
            .findFirst()
            .orElseThrow(
                () ->
                    new UserError(
                        "The recording has no rank %d; its ranks are 0 to %d."
                            .formatted(rank, recording.ranks().size() - 1)));
    List<RankRecording> sample = Deconvolution.sample(recording, progress);
    SensorSearch.Learned learned = SensorSearch.learn(sample, recording.warnings(), progress);
    MarkedRank marked =
        learned.sample().stream()
            .filter(sampled -> sampled.rank().rank() == rank)
            .findFirst()
            .orElseGet(
                () -> SensorSearch.prepared(recording.read(place), learned, recording.warnings()));
    Sensor sensor = learned.sensor().withTickErrors(sample);
    return new FittedPower(RankFits.of(marked, sensor, learned.deviations(), recording.warnings()));
  }

  /**
   * Returns the recording of the rank, with corrected times of its sensor readings ({@link
   * Sensor#apply}).
   */
  public RankRecording rank() {
    return fits.rank().rank();
  }

  /** Returns the estimated lag and smoothing of the energy counter and the power samples. */
  public Sensor sensor() {
    return fits.sensor();
  }

  /** Returns whether the powers were fitted without the power samples, because they are wrong. */
  public boolean areSamplesLeftOut() {
    return fits.leftOut().equals(Optional.of(RankFits.LeftOut.SAMPLES));
  }

  /** Returns whether the powers were fitted without the energy counter, because it is wrong. */
  public boolean isCounterLeftOut() {
    return fits.leftOut().equals(Optional.of(RankFits.LeftOut.COUNTER));
  }

  /**
   * Returns the counter updates that lie completely between two Unix times in seconds, in order of
   * time.
   */
  public List<Reading> updates(double from, double to) {
    return between(from, to, WindowFit::forEachUpdate);
  }

  /** Returns the power samples that lie between two Unix times in seconds, in order of time. */
  public List<Reading> samples(double from, double to) {
    return between(from, to, WindowFit::forEachSample);
  }

  private List<Reading> between(
      double from, double to, BiConsumer<WindowFit, Readings.Fitted> readings) {
    List<Reading> found = new ArrayList<>();
    for (WindowFit fit : fits.fits()) {
      readings.accept(
          fit,
          (start, end, measured, fitted) -> {
            if (start >= from && end <= to) {
              found.add(new Reading(start, end, measured, fitted));
            }
          });
    }
    found.sort(Comparator.comparingDouble(Reading::start));
    return found;
  }
}
