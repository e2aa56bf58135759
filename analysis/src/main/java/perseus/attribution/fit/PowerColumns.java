package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import perseus.attribution.activity.Activity;
import perseus.attribution.result.PowerAtLimit;
import perseus.attribution.sensor.Budget;
import perseus.pipeline.Instruction;

/**
 * Numbers the unknown powers (columns of the least-squares problem) of one rank at one frequency.
 * Column 0 is the blocking power, which a waiting GPU draws. Each instruction is divided into time
 * sections of equal duration, and each time section has one column. If the GPU's power limit lowers
 * powers ({@link Budget}), the last column is the mean power at the limit.
 */
public final class PowerColumns {
  /** Number of the column that holds the blocking power, which a waiting GPU draws. */
  public static final int BLOCKING = 0;

  private final PowerModel model;
  private final List<Instruction> kinds;
  private final int[] firstColumn;
  private final int[] parts;
  private final BitSet limited;
  private final double limitWatts;
  private final int size;

  private PowerColumns(
      PowerModel model,
      List<Instruction> kinds,
      int[] firstColumn,
      int[] parts,
      BitSet limited,
      double limitWatts,
      int size) {
    this.model = model;
    this.kinds = kinds;
    this.firstColumn = firstColumn;
    this.parts = parts;
    this.limited = limited;
    this.limitWatts = limitWatts;
    this.size = size;
  }

  /**
   * Numbers the unknown powers of one rank at one frequency.
   *
   * @param activities instructions of the rank at the frequency, and activities with separate names
   *     ({@link perseus.attribution.activity.Activity})
   * @param model activities with separate powers, and the number of time sections of each
   *     instruction
   */
  public static PowerColumns of(List<Instruction> activities, PowerModel model) {
    List<Instruction> kinds =
        activities.stream().map(model::columnOf).filter(Objects::nonNull).distinct().toList();
    int[] firstColumn = new int[kinds.size()];
    int[] counts = new int[kinds.size()];
    int size = 1;
    for (int k = 0; k < firstColumn.length; k++) {
      firstColumn[k] = size;
      counts[k] = model.parts(kinds.get(k));
      size += counts[k];
    }
    return new PowerColumns(model, kinds, firstColumn, counts, null, Double.NaN, size);
  }

  /**
   * Returns a copy in which the GPU's power limit lowers some powers.
   *
   * @param columns columns whose power the limit lowers
   * @param watts mean power at the limit, in watts
   */
  PowerColumns withLimited(BitSet columns, double watts) {
    int plain = limited == null ? size : size - 1;
    return new PowerColumns(model, kinds, firstColumn, parts, columns, watts, plain + 1);
  }

  /** Returns a copy with another mean power at the power limit, in watts. */
  PowerColumns withLimitWatts(double watts) {
    return withLimited(limited, watts);
  }

  boolean isLimited(int column) {
    return limited != null && limited.get(column);
  }

  /** Returns the columns whose power the GPU's power limit lowers; null for none. */
  BitSet limitedColumns() {
    return limited;
  }

  /**
   * Returns the number of the column that holds the power at the power limit; -1 if the limit
   * lowers no power.
   */
  int limit() {
    return limited == null ? -1 : size - 1;
  }

  /** Returns the known mean power at the power limit in watts; NaN if the limit lowers no power. */
  double limitWatts() {
    return limitWatts;
  }

  /**
   * Returns the effect of the power limit on the powers; null if the limit lowers no power.
   *
   * @param watts fitted value of each unknown power in watts
   */
  PowerAtLimit powerAtLimit(double[] watts) {
    if (limited == null) {
      return null;
    }
    int[] lowered = limited.stream().toArray();
    List<Instruction> instructions =
        IntStream.range(0, kinds.size())
            .filter(
                k ->
                    Arrays.stream(lowered)
                        .anyMatch(c -> firstColumn[k] <= c && c < firstColumn[k] + parts[k]))
            .mapToObj(k -> Activity.instruction(kinds.get(k)))
            .distinct()
            .toList();
    double rested = Arrays.stream(lowered).mapToDouble(column -> watts[column]).max().orElseThrow();
    return new PowerAtLimit(instructions, rested, watts[limit()]);
  }

  /** Returns the columns of instruction powers, without the power between iterations. */
  int[] instructions() {
    return IntStream.range(0, kinds.size())
        .filter(k -> !Activity.isBetweenIterations(kinds.get(k)))
        .flatMap(k -> IntStream.range(firstColumn[k], firstColumn[k] + parts[k]))
        .toArray();
  }

  /**
   * Returns the instructions and activities with an unknown power, in the order of their columns.
   */
  public List<Instruction> kinds() {
    return kinds;
  }

  /** Returns the number of columns, which is the number of unknown powers. */
  public int size() {
    return size;
  }

  /**
   * Returns the number of the first column of an instruction.
   *
   * @param kind index of the instruction in {@link #kinds}
   */
  public int firstColumn(int kind) {
    return firstColumn[kind];
  }

  /**
   * Returns the number of time sections, each with one unknown power, of an instruction.
   *
   * @param kind index of the instruction in {@link #kinds}
   */
  public int parts(int kind) {
    return parts[kind];
  }

  /**
   * Returns, for each activity, the index in {@link #kinds} of its power; -1 if the activity has
   * the blocking power.
   */
  public int[] indicesOf(List<Instruction> activities) {
    int[] indices = new int[activities.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = kinds.indexOf(model.columnOf(activities.get(i)));
    }
    return indices;
  }

  /** Returns the columns that are followed by a column of the same instruction. */
  List<Integer> columnsBeforeNextPart() {
    List<Integer> columns = new ArrayList<>();
    for (int k = 0; k < firstColumn.length; k++) {
      for (int part = 0; part + 1 < parts[k]; part++) {
        columns.add(firstColumn[k] + part);
      }
    }
    return columns;
  }
}
