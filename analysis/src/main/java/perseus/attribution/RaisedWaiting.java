package perseus.attribution;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Finds ranks that would draw much more power while they wait than the other ranks do. Probably
 * their GPUs compute for a part of the recorded waits: the ends of instructions were recorded too
 * early, or their starts too late.
 *
 * <p>A rank that hardly waits shows this best. If its instructions are recorded 3 percent too
 * short, most of its recorded waits are computations.
 *
 * <p>Limits: needs at least one rank with the usual blocking power. GPUs of one pipeline are
 * assumed to be of one model; an A100 draws 84 W and an H200 130 W while it waits.
 */
final class RaisedWaiting {
  /** Minimum blocking power of a doubtful rank, as a multiple of the blocking power of others. */
  private static final double MIN_RATIO = 1.6;

  /** Minimum number of standard errors by which the blocking power of a doubtful rank is larger. */
  private static final double MIN_STDERRS = 4;

  private RaisedWaiting() {}

  /**
   * Returns the energies of all ranks. A rank that would draw too much power while it waits gets
   * larger standard errors of times and energies.
   *
   * @param warnings receives a warning about each such rank
   */
  static List<RankEnergy> doubted(List<RankEnergy> ranks, Warnings warnings) {
    List<RankEnergy> certain =
        ranks.stream().filter(rank -> rank.blockingPower().isCertain()).toList();
    double least = certain.stream().mapToDouble(RankEnergy::blockingWatts).min().orElse(0);
    List<RankEnergy> usual =
        certain.stream().filter(rank -> rank.blockingWatts() < MIN_RATIO * least).toList();
    if (!(least > 0)) {
      return ranks;
    }
    MeanBlockingPower mean = MeanBlockingPower.overRanks(usual);
    return ranks.stream()
        .map(
            rank ->
                certain.contains(rank) && isRaised(rank, mean)
                    ? doubted(rank, mean, warnings)
                    : rank)
        .toList();
  }

  private static boolean isRaised(RankEnergy rank, MeanBlockingPower mean) {
    double excess = rank.blockingWatts() - MIN_RATIO * mean.watts();
    return excess > 0
        && rank.blockingWatts() - mean.watts()
            > MIN_STDERRS * Math.hypot(rank.blockingStderrWatts(), mean.stderrWatts());
  }

  private static RankEnergy doubted(RankEnergy rank, MeanBlockingPower mean, Warnings warnings) {
    List<WindowEnergy> windows = rank.windows();
    double[] errors = windows.stream().mapToDouble(RaisedWaiting::waitingShare).toArray();
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "raised waiting power",
            rank.place().rank(),
            1,
            rank.blockingWatts(),
            String.format(
                Locale.ROOT,
                "Rank %d would draw %.0f W while it waits, but other ranks draw %.0f W, so it probably computes while it seems to wait. Either its instructions take up to %.0f %% longer than recorded, or no record covers some of its work. Synchronize with the GPU before you read the time of a start or an end, record all work, and record again. The standard errors of its times and energies are widened.",
                rank.place().rank(),
                rank.blockingWatts(),
                mean.watts(),
                Math.max(
                    1,
                    100
                        * IntStream.range(0, errors.length)
                            .mapToDouble(i -> errors[i])
                            .max()
                            .orElse(0)))));
    return rank.withWindows(
        IntStream.range(0, errors.length)
            .mapToObj(i -> doubted(windows.get(i), errors[i]))
            .toList());
  }

  /** Returns the waiting time as a fraction of the computing time. */
  private static double waitingShare(WindowEnergy window) {
    return window.blockingSeconds() / window.busySeconds();
  }

  private static WindowEnergy doubted(WindowEnergy window, double relative) {
    return window.withInstructions(
        window.instructions().stream()
            .map(
                energy ->
                    energy.instruction().isComputation()
                        ? energy.withRelativeErrors(relative, relative)
                        : energy)
            .toList());
  }
}
