package perseus.attribution.check;

import java.util.ArrayList;
import java.util.List;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.recording.Recording;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warning;

/**
 * Increases the standard errors of times and energies if the durations at a frequency scatter too
 * much. The GPU then probably ran at several clocks.
 *
 * <p>The error of the energies is a multiple of the error of the times. The multiple is the slope
 * of ln(energy) divided by the slope of ln(time), both over ln(frequency). It is large if the times
 * hardly depend on the clock.
 */
final class SpreadOfTimes implements ClockCheck {
  /** Maximum error of energies, as a multiple of the error of times. */
  private static final double MAX_RATIO = 4;

  @Override
  public List<Doubt> check(List<RankEnergy> ranks, Recording recording) {
    ClockEvidence evidence = recording.clockEvidence();
    List<Doubt> doubts = new ArrayList<>();
    for (RankEnergy rank : ranks) {
      int number = rank.place().rank();
      List<Integer> possibly = new ArrayList<>();
      double ratio = rank.windows().size() > 1 ? ratio(rank) : 1;
      for (WindowEnergy window : rank.windows()) {
        int mhz = window.frequencyMhz();
        double spread = evidence.spread(number, mhz);
        double possible = spread > 0 ? 0 : evidence.possibleSpread(number, mhz);
        if (possible > 0) {
          possibly.add(mhz);
        }
        if (spread + possible > 0) {
          doubts.add(new Doubt(number, mhz, null, spread + possible, ratio * (spread + possible)));
        }
      }
      if (!possibly.isEmpty()) {
        recording.warnings().add(warning(number, possibly));
      }
    }
    return doubts;
  }

  private static Warning warning(int rank, List<Integer> frequencies) {
    return new Warning(
        Warning.Kind.DOUBTFUL,
        "clock may have changed in window",
        rank,
        frequencies.size(),
        frequencies.size(),
        "The clock of rank %d may have changed within the iterations at %s MHz too: durations scatter more there than at other frequencies. The standard errors there are widened."
            .formatted(rank, frequencies.toString().replaceAll("[\\[\\]]", "")));
  }

  private static double ratio(RankEnergy rank) {
    ClockSlope slope = ClockSlope.of(List.of(rank.windows()), null);
    double ratio = Math.abs(slope.energySlope() / slope.timeSlope());
    return Double.isNaN(ratio) ? 1 : Math.max(1, Math.min(MAX_RATIO, ratio));
  }
}
