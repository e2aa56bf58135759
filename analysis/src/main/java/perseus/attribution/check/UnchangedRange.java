package perseus.attribution.check;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.pipeline.Instruction;

/**
 * Holds the frequencies over which the times and powers of one computation did not change.
 *
 * <p>The real clock at these frequencies may be any of them. The other frequencies of the rank
 * imply an estimate of it. A straight line is fitted to their ln(power / time) over ln(frequency).
 * The implied clock is where this line has the value of the unchanged frequencies.
 *
 * @param rank energies of the rank at all frequencies
 * @param kind computation whose times and powers did not change
 * @param from index of the highest unchanged frequency
 * @param to index of the frequency below the lowest unchanged frequency
 * @param cause probable reason
 * @param impliedMhz clock in MHz that the other frequencies imply; NaN if it is unknown
 */
record UnchangedRange(
    RankEnergy rank, Instruction kind, int from, int to, UnchangedCause cause, double impliedMhz) {
  /**
   * Minimum ratio of the highest to the lowest of the other frequencies. A line through closer
   * frequencies implies no clock.
   */
  private static final double MIN_RANGE = 1.03;

  /** Minimum slope of a line that implies a clock. */
  private static final double MIN_RESPONSE = 0.5;

  /**
   * Maximum standard error of the slope of a line that implies a clock, as a fraction of the slope.
   */
  private static final double MAX_RELATIVE_STDERR = 0.2;

  /**
   * Minimum distance of the implied clock from the middle of the unchanged frequencies, as a
   * fraction of their range. From this distance on, the implied clock shows the cause.
   */
  private static final double CLEAR = 0.25;

  /** Creates a range that does not contain all frequencies of the rank, with its probable cause. */
  static UnchangedRange ofPart(RankEnergy rank, Instruction kind, int from, int to) {
    List<WindowEnergy> windows = rank.windows();
    double implied = impliedMhz(windows, kind, from, to);
    double highest = windows.get(from).frequencyMhz();
    double lowest = windows.get(to - 1).frequencyMhz();
    double above = Math.log(implied / Math.sqrt(highest * lowest)) / Math.log(highest / lowest);
    UnchangedCause cause;
    if (from == 0) {
      cause = above > CLEAR ? UnchangedCause.SET_LATE : UnchangedCause.LIMITED;
    } else {
      cause = above < -CLEAR ? UnchangedCause.FELL : UnchangedCause.STAYED;
    }
    return new UnchangedRange(rank, kind, from, to, cause, implied);
  }

  private static double impliedMhz(List<WindowEnergy> windows, Instruction kind, int from, int to) {
    List<WindowEnergy> others =
        IntStream.range(0, windows.size())
            .filter(i -> i < from || i >= to)
            .mapToObj(windows::get)
            .filter(window -> window.of(kind) != null)
            .toList();
    if (others.size() < 2
        || others.get(0).frequencyMhz()
            < MIN_RANGE * others.get(others.size() - 1).frequencyMhz()) {
      return Double.NaN;
    }
    ClockSlope slope = ClockSlope.of(List.of(others), null);
    if (!(slope.response() > MIN_RESPONSE)
        || !(slope.responseStderr() < MAX_RELATIVE_STDERR * slope.response())) {
      return Double.NaN;
    }
    double here = mean(windows.subList(from, to), kind);
    double there = mean(others, kind);
    double logMhz =
        others.stream().mapToDouble(w -> Math.log(w.frequencyMhz())).average().orElseThrow();
    double implied = Math.exp(logMhz + (here - there) / slope.response());
    return Math.max(
        others.get(others.size() - 1).frequencyMhz() / 2.0,
        Math.min(2.0 * windows.get(0).frequencyMhz(), implied));
  }

  /** Returns the mean of ln(power / time) of a computation. */
  private static double mean(List<WindowEnergy> windows, Instruction kind) {
    return windows.stream()
        .map(window -> window.of(kind))
        .filter(energy -> energy != null && energy.energyJoules() > 0)
        .mapToDouble(UnchangedRange::logPowerOverTime)
        .average()
        .orElse(Double.NaN);
  }

  private static double logPowerOverTime(InstructionEnergy energy) {
    return Math.log(energy.watts() / energy.durations().mean());
  }

  int length() {
    return to - from;
  }

  int number() {
    return rank.place().rank();
  }

  int highest() {
    return rank.windows().get(from).frequencyMhz();
  }

  int lowest() {
    return rank.windows().get(to - 1).frequencyMhz();
  }

  List<Doubt> doubts() {
    List<WindowEnergy> windows = rank.windows();
    boolean atTop = cause == UnchangedCause.LIMITED || cause == UnchangedCause.SET_LATE;
    // If only the two highest frequencies have equal times and powers, each clock may have been
    // set one frequency too late.
    double below = mhz(Math.min(windows.size() - 1, to));
    int last = atTop && to == 2 ? windows.size() : to;
    List<Doubt> doubts = new ArrayList<>();
    for (int i = from; i < last; i++) {
      double own = mhz(i);
      double above = mhz(Math.max(0, (i < to ? from : i) - 1));
      double lower = !atTop || i >= to ? above / own - 1 : 0;
      boolean isBetween = cause != UnchangedCause.STAYED && cause != UnchangedCause.FELL;
      double higher = isBetween ? own / below - 1 : 0;
      double implied = i < to ? error(own) : 0;
      doubts.add(new Doubt(number(), (int) own, kind, Math.max(implied, Math.max(lower, higher))));
    }
    return doubts;
  }

  /**
   * Returns the relative error of an unchanged frequency, which is its distance from the implied
   * clock. If no clock is implied, it is the distance from the most distant unchanged frequency.
   */
  private double error(double mhz) {
    return Double.isNaN(impliedMhz)
        ? Math.max(highest() / mhz, mhz / lowest()) - 1
        : Math.max(impliedMhz / mhz, mhz / impliedMhz) - 1;
  }

  private double mhz(int i) {
    return rank.windows().get(i).frequencyMhz();
  }
}
