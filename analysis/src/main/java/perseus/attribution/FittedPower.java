package perseus.attribution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.search.RankSample;
import perseus.attribution.search.SensorSearch;
import perseus.attribution.sensor.Sensor;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;

/**
 * The power that the counter of one rank measured and the power that the fit of {@link
 * Deconvolution} predicts, for each update of the counter, to chart and to judge the fit.
 */
public final class FittedPower {
  private final RankRecording rank;
  private final Sensor sensor;
  private final List<WindowFit> fits;

  private FittedPower(RankRecording rank, Sensor sensor, List<WindowFit> fits) {
    this.rank = rank;
    this.sensor = sensor;
    this.fits = fits;
  }

  /**
   * One update of the counter. Its times are those at which its energy was used: the sensor's lag
   * is subtracted.
   *
   * @param start epoch seconds
   * @param end epoch seconds
   * @param measuredWatts mean power that the counter measured
   * @param fittedWatts mean power that the fitted powers predict
   */
  public record Update(double start, double end, double measuredWatts, double fittedWatts) {}

  /**
   * Estimates the sensor from the recording and fits the powers of one rank, as {@link
   * Deconvolution} does.
   *
   * @throws UserError if there is no such rank or its logs cannot be used
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
    Sensor sensor =
        SensorSearch.learn(
                Deconvolution.sample(recording, progress), recording.warnings(), progress)
            .sensor();
    RankRecording read = sensor.apply(recording.read(place));
    Map<Instruction, Integer> parts =
        new RankSample(read, RankSample.UPDATES_FOR_ESTIMATE).chooseParts(sensor);
    List<WindowFit> fits =
        read.windows().stream()
            .map(window -> new WindowFit(window, sensor, parts))
            .filter(fit -> fit.updates() > 0)
            .toList();
    return new FittedPower(read, sensor, fits);
  }

  /** The recording of the rank, with the counter's readings as the sensor made them. */
  public RankRecording rank() {
    return rank;
  }

  /** The sensor that was estimated from the recording. */
  public Sensor sensor() {
    return sensor;
  }

  /** The updates that lie between two times in epoch seconds, ordered by time. */
  public List<Update> between(double from, double to) {
    List<Update> updates = new ArrayList<>();
    for (WindowFit fit : fits) {
      fit.forEachUpdate(
          (start, end, measured, fitted) -> {
            if (start >= from && end <= to) {
              double seconds = end - start;
              updates.add(new Update(start, end, measured / seconds, fitted / seconds));
            }
          });
    }
    updates.sort(Comparator.comparingDouble(Update::start));
    return updates;
  }
}
