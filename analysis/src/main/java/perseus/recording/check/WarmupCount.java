package perseus.recording.check;

import java.util.List;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.run.FrequencyWindow;

/**
 * Checks by computation times whether the run had as many warm-ups as the user claims.
 *
 * <p>A warm-up has as many iterations as each measured frequency, and runs at the first frequency.
 * If the claimed number of warm-ups is wrong, the log has too many or too few iterations. The
 * difference is then a multiple of the length of a warm-up; otherwise, the check does nothing.
 *
 * <ul>
 *   <li>If the run had one warm-up more than claimed, the iterations that count as the second
 *       frequency ran at the first frequency. The computation times at the first two claimed
 *       frequencies are then equal.
 *   <li>If the run had one warm-up less than claimed, the iterations that count as the first
 *       frequency ran at the second frequency. Their computation times then differ from those of
 *       the last claimed warm-up.
 * </ul>
 *
 * <p>The expected difference is the mean change of the computation time from one frequency to the
 * next, times the number of surplus or missing warm-ups. The mean change is computed from later
 * frequencies.
 */
final class WarmupCount implements RankCheck {
  /**
   * Number of consecutive frequencies from which the mean change of the computation times is
   * computed.
   */
  private static final int COMPARED = 5;

  private static final double MIN_STDERRS = 4;

  @Override
  public void check(RankRun run, Warnings warnings, ClockEvidence evidence) {
    List<FrequencyWindow> claimed = run.windows();
    if (run.hasManifest() || claimed.size() < 2) {
      return;
    }
    int length = claimed.get(0).length();
    int surplus = run.iterations().complete - claimed.get(claimed.size() - 1).last();
    int warmups = (claimed.get(0).first() - 1) / length;
    int more = Math.floorDiv(surplus, length);
    double[] logTimes = run.logTimes();
    List<WindowTimes> windows = WindowTimes.of(claimed, logTimes);
    int skipped = Math.max(0, more);
    if (surplus % length != 0 || more == 0 || more < -warmups) {
      return;
    }
    if (windows.size() < skipped + COMPARED) {
      return;
    }
    List<WindowTimes> next = windows.subList(skipped, skipped + COMPARED);
    double squares = next.stream().mapToDouble(WindowTimes::squares).sum();
    int free = next.stream().mapToInt(w -> Math.max(1, w.count() - 2)).sum();
    double error = 2 * Math.sqrt(squares / free / next.get(0).count());
    double step = (next.get(COMPARED - 1).mean() - next.get(0).mean()) / (COMPARED - 1);
    double expected = Math.abs(more) * step;
    double seen =
        more > 0
            ? windows.get(more).mean() - windows.get(0).mean()
            : windows.get(0).mean()
                - WindowTimes.of(
                        new FrequencyWindow(
                            claimed.get(0).frequencyMhz(),
                            1 + length * (warmups + more),
                            length * (warmups + more + 1)),
                        logTimes)
                    .mean();
    boolean equal = seen < 0.4 * expected;
    boolean different = seen > 0.6 * expected;
    if (expected > MIN_STDERRS * error && (more > 0 ? equal : different)) {
      warnings.add(
          new Warning(
              Warning.Kind.DOUBTFUL,
              "warm-ups",
              run.rank(),
              1,
              1,
              "%s holds %d iterations, and its times fit %d warm-up schedules, not --warmup-schedules %d; each iteration would get a frequency that stands %d places too early or too late in the list. Correct the flag."
                  .formatted(
                      run.iterations().log().file(),
                      run.iterations().complete,
                      warmups + more,
                      warmups,
                      Math.abs(more))));
    }
  }
}
