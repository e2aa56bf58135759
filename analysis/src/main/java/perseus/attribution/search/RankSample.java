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
 * Holds a sample of one rank's counter updates, from several windows. A window holds all updates at
 * one frequency. The sample serves to estimate two properties that do not depend on the frequency:
 * the parameters of the sensor, and the number of parts of each kind of instruction. Parts of an
 * instruction may have different powers.
 */
public final class RankSample {
  /** Number of updates that are sufficient to estimate the sensor and the numbers of parts. */
  public static final int UPDATES_FOR_ESTIMATE = 4000;

  /** Number of updates that are sufficient to scan for the lag. */
  static final int UPDATES_FOR_SCAN = 1200;

  /** Number of updates that are sufficient to fit the powers at one frequency. */
  private static final int UPDATES_OF_WINDOW = 300;

  private static final int MAX_PARTS = 4;

  /**
   * Number of fine parts of an instruction, which are later merged into fewer parts. The number is
   * divisible by 1, 2, 3 and 4.
   */
  private static final int FINE_PARTS = 12;

  /**
   * Minimum mean duration in seconds of instructions that may have several parts. Counters cannot
   * resolve shorter instructions.
   */
  private static final double MIN_SECONDS_FOR_PARTS = 4e-3;

  private static final int FOLDS = 5;

  /**
   * Lower limit of the sum of squared residuals, as a share of the sum of squared energies. A
   * smaller sum is replaced by this limit.
   */
  private static final double MIN_RESIDUAL_SHARE = 1e-12;

  private final int rank;

  /** Counter updates of each sampled window. */
  private final List<CounterUpdates> updates = new ArrayList<>();

  /** Kinds of instructions in each sampled window. */
  private final List<List<Instruction>> kinds = new ArrayList<>();

  /** Kinds of instructions that may have more than one part. */
  private final List<Instruction> divisibleKinds;

  /**
   * Samples windows that are spread evenly over the frequencies.
   *
   * @param rank recording of the rank
   * @param wanted number of updates after which no further window is sampled
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
   * Returns the numbers from 0 to before {@code size} in an order in which the first n numbers are
   * spread evenly, for every n. The numbers are sorted by their bits, read from the lowest to the
   * highest bit.
   */
  private static int[] evenlySpread(int size) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    return IntStream.range(0, 1 << bits)
        .map(i -> (int) (Integer.toUnsignedLong(Integer.reverse(i)) >>> (Integer.SIZE - bits)))
        .filter(i -> i < size)
        .toArray();
  }

  /**
   * Returns the maximum number of parts of each kind of instruction. The scan for the lag uses this
   * number, because too few parts would bias the lag.
   */
  Map<Instruction, Integer> maximumParts() {
    Map<Instruction, Integer> parts = new HashMap<>();
    divisibleKinds.forEach(kind -> parts.put(kind, MAX_PARTS));
    return parts;
  }

  /**
   * Returns the misfit of a sensor: how badly the sensor explains the updates. The misfit is the
   * sum over windows of {@code n log(R / n)}, where n is the number of updates and R is the sum of
   * squared residuals. Up to a constant, the misfit equals -2 times the log likelihood of Gaussian
   * noise whose variance is unknown in each window.
   *
   * @param sensor sensor to evaluate
   * @param parts number of parts of each kind of instruction; 1 for a kind that is not in the map
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
   * Adds products of errors to two sums. The ratio of the two sums is the correlation between the
   * errors of neighbouring updates. Each product is divided by the sum of squared errors of its
   * window.
   *
   * @param sensor sensor for which the errors are computed
   * @param parts number of parts of each kind of instruction; 1 for a kind that is not in the map
   * @param products sums to which this method adds: element 0 receives the products of neighbouring
   *     errors, element 1 the squares of the errors
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
   * Chooses the number of parts of each kind of instruction that predicts held-out updates best. A
   * larger number is chosen only if the prediction improves more than chance explains.
   *
   * <p>Method: greedy search. While the misfit on held-out updates decreases, the number of parts
   * of one kind is increased. The normal equations are computed only once, with many short (fine)
   * parts per instruction. For each candidate number of parts, neighbouring fine parts are merged.
   *
   * <p>Complexity: O(updates + instructions) for the fine parts, then O(columns^3) for each
   * candidate, fold and window.
   *
   * @param sensor sensor with which the rows are computed
   * @return number of parts of each kind of instruction that may have several parts
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
          // An additional part of an instruction may lower the misfit by chance. The decrease by
          // chance grows with the square root of the number of windows.
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
   * Returns for each fine column the index of the wider column into which the fine column is
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

  /** Returns whether there are too few counter updates at every frequency. */
  boolean isEmpty() {
    return kinds.isEmpty();
  }
}
