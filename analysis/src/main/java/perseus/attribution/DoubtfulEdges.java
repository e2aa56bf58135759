package perseus.attribution;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.fit.SharedPowers;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.search.EdgeSearch;
import perseus.attribution.search.SensorSearch;
import perseus.recording.log.Warnings;

/**
 * Warns that computations took longer or shorter than recorded ({@link EdgeSearch}). Energies are
 * computed a second time, with the starts and ends that explain the readings best. The standard
 * errors are increased to cover the difference.
 */
final class DoubtfulEdges {
  /**
   * Relative standard error that is added to energies, as a fraction of the relative error of the
   * recorded durations.
   */
  private static final double SHARE_OF_TIMES = 0.5;

  private final EdgeSearch.Found found;

  private DoubtfulEdges(EdgeSearch.Found found) {
    this.found = found;
  }

  /**
   * Tests the recorded starts and ends of the computations in the sample of ranks.
   *
   * @return empty result if the recorded starts and ends explain the readings well
   */
  static Optional<DoubtfulEdges> find(SensorSearch.Learned learned, Warnings warnings) {
    Optional<EdgeSearch.Found> found = EdgeSearch.find(learned);
    found.filter(EdgeSearch.Found::isClear).ifPresent(edges -> warn(edges, warnings));
    return found.map(DoubtfulEdges::new);
  }

  private static void warn(EdgeSearch.Found found, Warnings warnings) {
    boolean longer = found.longer() > 0;
    warnings.doubtful(
        String.format(
            Locale.ROOT,
            "The power shows that computations take about %.0f %% %s than recorded. %s Synchronize with the GPU before you read the time of a start or an end, and record again. The standard errors of times and"
                + " energies are widened.",
            Math.max(1, 100 * Math.abs(found.longer())),
            longer ? "longer" : "shorter",
            longer
                ? "Was the end recorded when kernels were launched, before the GPU ended them? Or was the start recorded after the GPU began?"
                : "Was the start recorded when kernels were launched, before the GPU began them? Or was the end recorded late?"));
  }

  /**
   * Returns the energies of a rank with larger standard errors, because of the doubtful starts and
   * ends.
   */
  List<WindowEnergy> widened(MarkedRank rank, List<WindowEnergy> energies) {
    MarkedRank moved = rank.with(found.edges());
    PowerModel model = SensorSearch.model(moved, found.sensor());
    List<WindowFit> fits =
        WindowFit.ofEach(moved.rank(), found.sensor(), model).stream()
            .filter(fit -> fit.readings() > 0)
            .toList();
    List<WindowEnergy> others =
        SharedPowers.of(fits).stream().map(fit -> fit.energy(List.of())).toList();
    double further = SHARE_OF_TIMES * Math.abs(found.longer());
    return energies.stream().map(energy -> widened(energy, others).doubted(further)).toList();
  }

  private static WindowEnergy widened(WindowEnergy energy, List<WindowEnergy> others) {
    return others.stream()
        .filter(other -> other.frequencyMhz() == energy.frequencyMhz())
        .findFirst()
        .map(energy::withErrorsThatCover)
        .orElse(energy);
  }
}
