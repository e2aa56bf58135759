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
 * Finds ranks whose blocking (waiting) power is much higher than that of other ranks. Probably
 * their GPUs compute during a part of the recorded waits. The ends of instructions were then
 * recorded too early, or their starts too late.
 *
 * <p>The blocking power rises most on a rank that hardly waits. For example, a rank computes for 97
 * s and waits for 3 s. If its instructions are recorded 2 percent too short, 2 s of its 5 s of
 * recorded waits are computations.
 *
 * <p>Limits: at least one rank must have the usual blocking power.
 */
final class RaisedWaiting {
  /**
   * Minimum blocking power of a doubtful rank, as a multiple of the mean of ranks with a usual one.
   * A pipeline with an A100 (84 W) and an H200 (130 W) stays below this multiple.
   */
  private static final double MIN_RATIO = 1.6;

  /**
   * Minimum difference of a doubtful rank's blocking power from the usual one, in standard errors.
   */
  private static final double MIN_STDERRS = 4;

  /**
   * Minimum waiting time as a fraction of the computing time. If a rank waits less, small errors of
   * its times change its blocking power too much.
   */
  private static final double MIN_WAITING_SHARE = 0.015;

  private RaisedWaiting() {}

  /**
   * Returns the energies of all ranks. A rank with a doubtful blocking power gets larger standard
   * errors of times and energies.
   *
   * @param warnings receives a warning about each rank with a doubtful blocking power
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
                rank.blockingPower().isCertain() && isRaised(rank, mean)
                    ? doubted(rank, mean, warnings)
                    : rank)
        .toList();
  }

  private static boolean isRaised(RankEnergy rank, MeanBlockingPower mean) {
    double excess = rank.blockingWatts() - MIN_RATIO * mean.watts();
    double share = rank.windows().stream().mapToDouble(RaisedWaiting::waitingShare).max().orElse(0);
    return excess > 0
        && share > MIN_WAITING_SHARE
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
