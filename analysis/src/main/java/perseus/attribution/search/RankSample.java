package perseus.attribution.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import perseus.attribution.fit.CounterUpdates;
import perseus.attribution.fit.CrossValidation;
import perseus.attribution.fit.NormalEquations;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerSolver;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Window;

/**
 * Updates of one rank, some from each frequency, to learn from what does not depend on frequency:
 * the sensor, and how many parts with a power of their own an instruction has.
 */
public final class RankSample {
  /** Lags in seconds that are looked at. Below 0: a time read late, or clocks that differ. */
  static final double LEAST_LAG = -0.02;

  static final double MOST_LAG = 0.18;

  /** Updates that are enough to learn from. */
  public static final int ENOUGH = 4000;

  /** Updates that are enough to tell roughly. */
  static final int ROUGH = 1200;

  /** Updates of a window that are enough to tell its powers. */
  private static final int ENOUGH_IN_WINDOW = 300;

  private static final int MOST_PARTS = 4;

  /** Cut so, an instruction can be put together again to 1, 2, 3 or 4 parts. */
  private static final int FINE_PARTS = 12;

  /** An instruction shorter than this has one power: no counter can tell its parts. */
  private static final double SHORTEST_SECONDS = 4e-3;

  private static final int FOLDS = 5;

  private final int rank;
  private final List<CounterUpdates> updates = new ArrayList<>();
  private final List<List<Instruction>> kinds = new ArrayList<>();
  private final List<Instruction> divisible;

  /**
   * Takes updates from windows spread evenly over the frequencies.
   *
   * @param enough updates that are enough
   */
  public RankSample(RankRecording rank, int enough) {
    this.rank = rank.rank();
    List<Window> windows = rank.windows();
    int share = Math.max(ENOUGH_IN_WINDOW, enough / windows.size());
    int missing = enough;
    for (int w : spread(windows.size())) {
      if (missing <= 0) {
        break;
      }
      List<Instruction> inWindow = windows.get(w).kinds();
      CounterUpdates some =
          CounterUpdates.of(windows.get(w).segments(), LEAST_LAG, MOST_LAG, share);
      if (some.size() > 2 * (1 + inWindow.size() * MOST_PARTS)) {
        kinds.add(inWindow);
        updates.add(some);
        missing -= some.size();
      }
    }
    divisible =
        kinds.stream()
            .flatMap(List::stream)
            .distinct()
            .filter(Instruction::isComputation)
            .filter(kind -> windows.get(0).durations(kind).mean() > SHORTEST_SECONDS)
            .toList();
  }

  /** The numbers below {@code size} in such an order that any first few are spread evenly. */
  private static int[] spread(int size) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    return IntStream.range(0, 1 << bits)
        .map(i -> (int) (Integer.toUnsignedLong(Integer.reverse(i)) >>> (Integer.SIZE - bits)))
        .filter(i -> i < size)
        .toArray();
  }

  /** As many parts as may be, to look for the lag with: too few would shift it. */
  Map<Instruction, Integer> mostParts() {
    Map<Instruction, Integer> parts = new HashMap<>();
    divisible.forEach(kind -> parts.put(kind, MOST_PARTS));
    return parts;
  }

  /**
   * How badly the sensor explains the updates: sum over windows of n log(residual / n), which is
   * minus twice the log likelihood of Gaussian noise of unknown size in each window.
   */
  double misfit(Sensor sensor, Map<Instruction, Integer> parts) {
    double sum = 0;
    for (int w = 0; w < kinds.size(); w++) {
      PowerColumns columns = PowerColumns.of(kinds.get(w), partsOf(parts));
      NormalEquations sums = new NormalEquations(columns.size());
      updates.get(w).forEachRow(columns, sensor, (i, x, y) -> sums.add(x, y));
      double[] watts = new PowerSolver(columns).solve(sums).watts();
      sum += misfit(sums.squaredResiduals(watts), sums);
    }
    return sum;
  }

  /**
   * Adds up, over neighbouring updates, the products of their errors and the squares of one's.
   *
   * @param sums the two sums in J^2, added to
   */
  void addErrorProducts(Sensor sensor, Map<Instruction, Integer> parts, double[] sums) {
    for (int w = 0; w < kinds.size(); w++) {
      PowerColumns columns = PowerColumns.of(kinds.get(w), partsOf(parts));
      NormalEquations equations = new NormalEquations(columns.size());
      updates.get(w).forEachRow(columns, sensor, (i, x, y) -> equations.add(x, y));
      double[] watts = new PowerSolver(columns).solve(equations).watts();
      double scale = 1 / Math.max(equations.squaredResiduals(watts), 1e-12 * equations.yy);
      double[] before = {0};
      updates
          .get(w)
          .forEachRow(
              columns,
              sensor,
              (i, x, y) -> {
                double error = y;
                for (int c = 0; c < x.length; c++) {
                  error -= x[c] * watts[c];
                }
                sums[0] += scale * before[0] * error;
                sums[1] += scale * error * error;
                before[0] = error;
              });
    }
  }

  private static double misfit(double squares, NormalEquations sums) {
    double floor = 1e-12 * sums.yy;
    return sums.rows * Math.log(Math.max(squares, floor) / sums.rows);
  }

  /**
   * The number of parts of each kind that predicts held-out updates best; of two that do about as
   * well, the smaller.
   */
  public Map<Instruction, Integer> chooseParts(Sensor sensor) {
    ToIntFunction<Instruction> finest = kind -> divisible.contains(kind) ? FINE_PARTS : 1;
    List<NormalEquations[]> folds = new ArrayList<>();
    List<PowerColumns> fine = new ArrayList<>();
    for (int w = 0; w < kinds.size(); w++) {
      PowerColumns columns = PowerColumns.of(kinds.get(w), finest);
      fine.add(columns);
      folds.add(CrossValidation.sums(updates.get(w), columns, sensor, FOLDS));
    }
    Map<Instruction, Integer> parts = new HashMap<>();
    for (Instruction kind : divisible) {
      parts.put(kind, 1);
    }
    double best = heldOutMisfit(folds, fine, parts);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Instruction kind : divisible) {
        for (int n = parts.get(kind) + 1; n <= MOST_PARTS; n++) {
          Map<Instruction, Integer> more = new HashMap<>(parts);
          more.put(kind, n);
          double misfit = heldOutMisfit(folds, fine, more);
          // What a useless part gains by chance grows with the root of the number of windows.
          double chance = 2 + 2 * Math.sqrt(kinds.size() * (n - parts.get(kind)));
          if (misfit < best - chance) {
            best = misfit;
            parts = more;
            changed = true;
          }
        }
      }
    }
    return parts;
  }

  private double heldOutMisfit(
      List<NormalEquations[]> folds, List<PowerColumns> fine, Map<Instruction, Integer> parts) {
    double sum = 0;
    for (int w = 0; w < kinds.size(); w++) {
      PowerColumns columns = PowerColumns.of(fine.get(w).kinds(), partsOf(parts));
      int[] coarse = coarse(fine.get(w), columns);
      NormalEquations[] gathered = new NormalEquations[FOLDS];
      for (int f = 0; f < FOLDS; f++) {
        gathered[f] = folds.get(w)[f].gathered(coarse, columns.size());
      }
      NormalEquations all = CrossValidation.total(gathered);
      sum += misfit(CrossValidation.heldOutSquares(gathered, all, columns), all);
    }
    return sum;
  }

  private static ToIntFunction<Instruction> partsOf(Map<Instruction, Integer> parts) {
    return kind -> parts.getOrDefault(kind, 1);
  }

  private static int[] coarse(PowerColumns fine, PowerColumns columns) {
    int[] coarse = new int[fine.size()];
    for (int k = 0; k < fine.kinds().size(); k++) {
      int first = columns.first(k);
      int width = fine.parts(k) / columns.parts(k);
      int start = fine.first(k);
      IntStream.range(0, fine.parts(k)).forEach(p -> coarse[start + p] = first + p / width);
    }
    return coarse;
  }

  int rank() {
    return rank;
  }

  /** Whether no window has enough updates to learn from. */
  boolean isEmpty() {
    return kinds.isEmpty();
  }
}
