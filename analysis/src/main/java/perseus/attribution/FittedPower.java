package perseus.attribution;

import java.util.ArrayList;
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
 * What one rank's counter showed beside what the fitted powers say it should have, update by
 * update: to look at, and to judge the fit by.
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
   * One update of the counter, at the time at which its energy was used: the sensor's lag is taken
   * off.
   *
   * @param start epoch seconds
   * @param end epoch seconds
   * @param measuredWatts mean power that the counter showed
   * @param fittedWatts mean power that the fit gives
   */
  public record Update(double start, double end, double measuredWatts, double fittedWatts) {}

  /**
   * Learns the sensor from the recording and fits one rank's powers, as {@link Deconvolution} does.
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
                        "There is no rank %d; there are ranks 0 to %d."
                            .formatted(rank, recording.ranks().size() - 1)));
    Sensor sensor =
        SensorSearch.learn(
                Deconvolution.sample(recording, progress), recording.warnings(), progress)
            .sensor();
    RankRecording read = sensor.apply(recording.read(place));
    Map<Instruction, Integer> parts = new RankSample(read, RankSample.ENOUGH).chooseParts(sensor);
    List<WindowFit> fits =
        read.windows().stream()
            .map(window -> new WindowFit(window, sensor, parts))
            .filter(fit -> fit.updates() > 0)
            .toList();
    return new FittedPower(read, sensor, fits);
  }

  public RankRecording rank() {
    return rank;
  }

  public Sensor sensor() {
    return sensor;
  }

  /** The updates whose energy was used between two moments in epoch seconds, in order of time. */
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
    updates.sort(java.util.Comparator.comparingDouble(Update::start));
    return updates;
  }
}
