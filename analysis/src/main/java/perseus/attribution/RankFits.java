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
 * Holds the powers of one rank, fitted to its sensor readings at each frequency.
 *
 * @param rank recording of the rank, without the readings of a sensor that was left out
 * @param sensor lag and smoothing of the sensors that were not left out
 * @param fits fitted powers at each frequency with sensor readings
 * @param withoutReadings recorded data of each frequency without sensor readings
 * @param contradiction differences between the energies from counter and samples; empty if they
 *     agree or if one of them was not used
 * @param leftOut sensor that was left out, because the instructions explain its readings badly;
 *     empty if none was left out
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
   * samples contradict each other, one of them may be left out ({@link SensorContradiction}).
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
