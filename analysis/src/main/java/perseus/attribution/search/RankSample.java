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
 * Holds a sample of one rank's counter updates, taken from several windows (a window is all
 * iterations of the rank at one frequency). The sample serves to estimate the sensor, which
 * describes how the energy counter measures power. The sample also serves to estimate the number of
 * parts with different powers into which each kind of instruction is divided. The sensor and the
 * numbers of parts do not depend on the frequency.
 */
public final class RankSample {
  /** Number of counter updates that suffice to estimate the sensor and the numbers of parts. */
  public static final int UPDATES_FOR_ESTIMATE = 4000;

  /** Number of counter updates that suffice to compare all lags of {@link LagSearch#scan}. */
  static final int UPDATES_FOR_SCAN = 1200;

  /** Number of counter updates that suffice to fit the powers at one frequency. */
  private static final int UPDATES_OF_WINDOW = 300;

  private static final int MAX_PARTS = 4;

  /**
   * Number of short (fine) parts into which an instruction is first divided. The fine parts are
   * later merged into 1 to 4 parts, so this number is divisible by 1, 2, 3 and 4.
   */
  private static final int FINE_PARTS = 12;

  /**
   * Minimum mean duration in seconds of a kind of instruction that may have several parts. Energy
   * counters cannot measure the parts of a shorter instruction.
   */
  private static final double MIN_SECONDS_FOR_PARTS = 4e-3;

  private static final int FOLDS = 5;

  /**
   * Lower limit of the sum of squared residuals, as a fraction of the sum of squared energies. A
   * smaller sum of squared residuals is replaced by this limit.
   */
  private static final double MIN_RESIDUAL_SHARE = 1e-12;

  private final int rank;

  /** Counter updates of each sampled window. */
  private final List<CounterUpdates> updates = new ArrayList<>();

  /** For each sampled window, the kinds of instructions that ran in it. */
  private final List<List<Instruction>> kinds = new ArrayList<>();

  /** Kinds of instructions that may have more than one part. */
  private final List<Instruction> divisibleKinds;

  /**
   * Takes the sample from windows that are spread evenly over the frequencies.
   *
   * @param rank recording of the rank
   * @param wanted required number of updates; once the sample has this number, no further window is
   *     used
   */
  public RankSample(RankRecording rank, int wanted) {
    this.rank = rank.rank();
    List<Window> windows = rank.windows();
    int perWindow = Math.max(UPDATES_OF_WINDOW, wanted / windows.size());
    int missing = wanted;
    for (int w : evenlySpread(windows.size())) {
      if (missing <= 0) {
        break;
      }
      List<Instruction> kindsOfWindow = windows.get(w).kinds();
      CounterUpdates some =
          CounterUpdates.of(
              windows.get(w).segments(), LagSearch.MIN_SECONDS, LagSearch.MAX_SECONDS, perWindow);
      if (some.size() > 2 * (1 + kindsOfWindow.size() * MAX_PARTS)) {
        kinds.add(kindsOfWindow);
        updates.add(some);
        missing -= some.size();
      }
    }
    divisibleKinds =
        kinds.stream()
            .flatMap(List::stream)
            .distinct()
            .filter(Instruction::isComputation)
            .filter(kind -> windows.get(0).durations(kind).mean() > MIN_SECONDS_FOR_PARTS)
            .toList();
  }

  /**
   * Returns the numbers from 0 to {@code size - 1} in a special order: for every n, the first n
   * returned numbers are spread evenly over the range. To spread the numbers evenly, they are
   * sorted by their reversed binary digits.
   */
  private static int[] evenlySpread(int size) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    return IntStream.range(0, 1 << bits)
        .map(i -> (int) (Integer.toUnsignedLong(Integer.reverse(i)) >>> (Integer.SIZE - bits)))
        .filter(i -> i < size)
        .toArray();
  }

  /**
   * Returns the maximum number of parts of each kind of instruction. The scan for the lag uses the
   * maximum number, because too few parts would lead to a wrong lag.
   */
  Map<Instruction, Integer> maximumParts() {
    Map<Instruction, Integer> parts = new HashMap<>();
    divisibleKinds.forEach(kind -> parts.put(kind, MAX_PARTS));
    return parts;
  }

  /**
   * Returns the misfit of a sensor: how badly the sensor explains the counter updates. The misfit
   * is the sum of {@code n log(R / n)} over all windows, where n is the number of updates in a
   * window and R is the sum of their squared residuals. The misfit equals -2 times the log
   * likelihood plus a constant, if the noise is Gaussian and has an unknown variance in each
   * window.
   *
   * @param sensor sensor to evaluate
   * @param parts number of parts of each kind of instruction; a kind that is not in the map has 1
   *     part
   */
  double misfit(Sensor sensor, Map<Instruction, Integer> parts) {
    double sum = 0;
    for (int w = 0; w < kinds.size(); w++) {
      PowerColumns columns = PowerColumns.of(kinds.get(w), partsOf(parts));
      NormalEquations sums = sums(w, columns, sensor);
      double[] watts = new PowerSolver(columns).solve(sums).watts();
      sum += misfit(sums.squaredResiduals(watts), sums);
    }
    return sum;
  }

  private NormalEquations sums(int w, PowerColumns columns, Sensor sensor) {
    NormalEquations sums = new NormalEquations(columns.size());
    updates.get(w).forEachWhitenedRow(columns, sensor, (i, x, y) -> sums.add(x, y));
    return sums;
  }

  private static double misfit(double squaredResiduals, NormalEquations sums) {
    return sums.rows() * Math.log(Math.max(squaredResiduals, minimum(sums)) / sums.rows());
  }

  private static double minimum(NormalEquations sums) {
    return MIN_RESIDUAL_SHARE * sums.sumOfSquares();
  }

  /**
   * Adds products of the errors of counter updates to the two sums in {@code products}. The first
   * sum in {@code products} divided by the second sum is the correlation between the errors of
   * neighbouring updates. Before a product is added, it is divided by the sum of squared errors of
   * its window.
   *
   * @param sensor sensor for which the errors are computed
   * @param parts number of parts of each kind of instruction; a kind that is not in the map has 1
   *     part
   * @param products array of two sums: first the sum of the products of two neighbouring updates'
   *     errors, then the sum of the squared errors
   */
  void addErrorProducts(Sensor sensor, Map<Instruction, Integer> parts, double[] products) {
    for (int w = 0; w < kinds.size(); w++) {
      PowerColumns columns = PowerColumns.of(kinds.get(w), partsOf(parts));
      NormalEquations sums = sums(w, columns, sensor);
      double[] watts = new PowerSolver(columns).solve(sums).watts();
      double scale = 1 / Math.max(sums.squaredResiduals(watts), minimum(sums));
      double[] before = {0};
      updates
          .get(w)
          .forEachWhitenedRow(
              columns,
              sensor,
              (i, x, y) -> {
                double error = y;
                for (int c = 0; c < x.length; c++) {
                  error -= x[c] * watts[c];
                }
                products[0] += scale * before[0] * error;
                products[1] += scale * error * error;
                before[0] = error;
              });
    }
  }

  /**
   * Chooses the number of parts of each kind of instruction for which fitted powers best predict
   * held-out updates (updates that are not used for the fit). A larger number of parts is chosen
   * only if the prediction improves by more than could happen by chance.
   *
   * <p>Method: a greedy search increases the number of parts of one kind of instruction at a time,
   * as long as the misfit of the held-out updates decreases. The normal equations are computed only
   * once, with many short (fine) parts per instruction. For each candidate number of parts,
   * neighbouring fine parts are merged.
   *
   * <p>Complexity: the search takes O(updates + instructions) time for the fine parts, then
   * O(columns^3) time for each combination of candidate number, fold and window.
   *
   * @param sensor parameters of the energy counter with which the rows are computed
   * @return chosen number of parts of each kind of instruction that may have several parts
   */
  public Map<Instruction, Integer> chooseParts(Sensor sensor) {
    ToIntFunction<Instruction> finest = kind -> divisibleKinds.contains(kind) ? FINE_PARTS : 1;
    List<NormalEquations[]> fineFolds = new ArrayList<>();
    List<PowerColumns> fineColumns = new ArrayList<>();
    for (int w = 0; w < kinds.size(); w++) {
      PowerColumns columns = PowerColumns.of(kinds.get(w), finest);
      fineColumns.add(columns);
      fineFolds.add(CrossValidation.foldSums(updates.get(w), columns, sensor, FOLDS));
    }
    Map<Instruction, Integer> parts = new HashMap<>();
    for (Instruction kind : divisibleKinds) {
      parts.put(kind, 1);
    }
    double best = heldOutMisfit(fineFolds, fineColumns, parts);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Instruction kind : divisibleKinds) {
        for (int n = parts.get(kind) + 1; n <= MAX_PARTS; n++) {
          Map<Instruction, Integer> more = new HashMap<>(parts);
          more.put(kind, n);
          double misfit = heldOutMisfit(fineFolds, fineColumns, more);
          // An additional part of an instruction may lower the misfit by chance. The decrease of
          // the misfit by chance grows with the square root of the number of windows.
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
      List<NormalEquations[]> fineFolds,
      List<PowerColumns> fineColumns,
      Map<Instruction, Integer> parts) {
    double sum = 0;
    for (int w = 0; w < kinds.size(); w++) {
      PowerColumns columns = PowerColumns.of(fineColumns.get(w).kinds(), partsOf(parts));
      int[] target = mergedColumns(fineColumns.get(w), columns);
      NormalEquations[] folds = new NormalEquations[FOLDS];
      for (int f = 0; f < FOLDS; f++) {
        folds[f] = fineFolds.get(w)[f].withMergedColumns(target, columns.size());
      }
      NormalEquations all = CrossValidation.total(folds);
      sum += misfit(CrossValidation.heldOutSquares(folds, all, columns), all);
    }
    return sum;
  }

  private static ToIntFunction<Instruction> partsOf(Map<Instruction, Integer> parts) {
    return kind -> parts.getOrDefault(kind, 1);
  }

  /**
   * Returns, for each column of a short (fine) part, the index of the wider column into which it is
   * merged.
   */
  private static int[] mergedColumns(PowerColumns fine, PowerColumns columns) {
    int[] target = new int[fine.size()];
    for (int k = 0; k < fine.kinds().size(); k++) {
      int first = columns.firstColumn(k);
      int width = fine.parts(k) / columns.parts(k);
      int start = fine.firstColumn(k);
      IntStream.range(0, fine.parts(k)).forEach(p -> target[start + p] = first + p / width);
    }
    return target;
  }

  int rank() {
    return rank;
  }

  /** Returns whether the sample is empty, because there are too few updates at every frequency. */
  boolean isEmpty() {
    return kinds.isEmpty();
  }
}
