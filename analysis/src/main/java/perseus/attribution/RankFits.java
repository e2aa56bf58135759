package perseus.attribution;

import java.util.List;
import java.util.Optional;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.fit.SharedPowers;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.search.SensorSearch;
import perseus.attribution.sensor.Deviation;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/**
 * Holds the powers of one rank that were fitted to the sensor readings at each of its frequencies.
 *
 * @param rank recording of the rank, without a sensor that was left out
 * @param sensor lag and smoothing of the sensors to whose readings the powers were fitted
 * @param fits fitted powers at each frequency with sensor readings
 * @param withoutReadings times at the other frequencies
 * @param contradiction energies that counter and samples contradict, if both were used
 * @param leftOut sensor that was left out, because it contradicts the other one and explains its
 *     readings much worse
 */
record RankFits(
    MarkedRank rank,
    Sensor sensor,
    PowerModel model,
    List<WindowFit> fits,
    List<Window> withoutReadings,
    Optional<SensorContradiction> contradiction,
    Optional<LeftOut> leftOut) {

  /** Lists the sensors that can be left out. */
  enum LeftOut {
    COUNTER,
    SAMPLES
  }

  /**
   * Chooses the power model of a rank, and fits its powers. If the energy counter and the power
   * samples of the rank contradict each other, a sensor that is much worse is left out.
   *
   * @param deviations sensors whose lag or smoothing deviates by one standard error
   * @param warnings receives a warning if counter and samples contradict each other
   */
  static RankFits of(
      MarkedRank rank, Sensor sensor, List<Deviation> deviations, Warnings warnings) {
    PowerModel model = SensorSearch.model(rank, sensor);
    List<WindowFit> all = WindowFit.ofEach(rank.rank(), sensor, model);
    List<WindowFit> fits = SharedPowers.of(all.stream().filter(fit -> fit.readings() > 0).toList());
    Optional<SensorContradiction> found =
        SensorContradiction.find(rank.rank().rank(), fits, deviations);
    found.ifPresent(contradiction -> contradiction.warn(warnings));
    Optional<MarkedRank> better = found.flatMap(one -> one.withoutWorse(rank));
    if (better.isEmpty()) {
      List<Window> empty =
          all.stream().filter(fit -> fit.readings() == 0).map(WindowFit::window).toList();
      return new RankFits(rank, sensor, model, fits, empty, found, Optional.empty());
    }
    boolean samples = better.get().rank().hasSamples();
    Sensor remaining = samples ? sensor : sensor.withSamples(null);
    return of(better.get(), remaining, deviations, warnings)
        .without(samples ? LeftOut.COUNTER : LeftOut.SAMPLES);
  }

  private RankFits without(LeftOut one) {
    return new RankFits(
        rank, sensor, model, fits, withoutReadings, contradiction, Optional.of(one));
  }
}
