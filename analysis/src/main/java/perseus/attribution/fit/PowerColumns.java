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
 * Assigns column numbers to the unknown powers of one rank at one frequency. Each power is one
 * column of the least-squares problem. Column 0 is the blocking (waiting) power. The other columns
 * are the powers of the parts of each kind of instruction. All parts of a kind of instruction have
 * the same length. If the GPU's power limit lowers some of these powers ({@link Budget}), the last
 * column is the power at the limit.
 */
public final class PowerColumns {
  /** Number of the column that holds the blocking power (power of a GPU that waits). */
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
   * Assigns column numbers to the powers of one rank at one frequency.
   *
   * @param activities activities of the rank at this frequency: kinds of instructions and special
   *     activities
   * @param model activities with separate powers, and the number of parts of each activity
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
   * Returns these columns with limited parts.
   *
   * @param columns columns whose powers the power limit lowers
   * @param watts power at the limit, in watts
   */
  PowerColumns withLimited(BitSet columns, double watts) {
    int plain = limited == null ? size : size - 1;
    return new PowerColumns(model, kinds, firstColumn, parts, columns, watts, plain + 1);
  }

  /** Returns these columns, which have limited parts, with another power at the limit. */
  PowerColumns withLimitWatts(double watts) {
    return withLimited(limited, watts);
  }

  /** Returns whether the power limit lowers the power of a column. */
  boolean isLimited(int column) {
    return limited != null && limited.get(column);
  }

  /** Returns the columns whose power the power limit lowers; null if no part is limited. */
  BitSet limitedColumns() {
    return limited;
  }

  /** Returns the column of the power at the limit; -1 if no part is limited. */
  int limit() {
    return limited == null ? -1 : size - 1;
  }

  /** Returns the known power at the limit in watts; NaN if no part is limited. */
  double limitWatts() {
    return limitWatts;
  }

  /**
   * Returns how the power limit lowers powers; null if it does not.
   *
   * @param watts power of each column in watts
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

  /** Returns the columns of instructions, without those of the time between iterations. */
  int[] instructions() {
    return IntStream.range(0, kinds.size())
        .filter(k -> !Activity.isBetweenIterations(kinds.get(k)))
        .flatMap(k -> IntStream.range(firstColumn[k], firstColumn[k] + parts[k]))
        .toArray();
  }

  /** Returns the kinds of instructions, in the order of their columns. */
  public List<Instruction> kinds() {
    return kinds;
  }

  /** Returns the number of columns, which is the number of unknown powers. */
  public int size() {
    return size;
  }

  /**
   * Returns the number of the column of the first part of a kind of instruction.
   *
   * @param kind index of the kind of instruction in {@link #kinds}
   */
  public int firstColumn(int kind) {
    return firstColumn[kind];
  }

  /**
   * Returns the number of parts of a kind of instruction.
   *
   * @param kind index of the kind of instruction in {@link #kinds}
   */
  public int parts(int kind) {
    return parts[kind];
  }

  /**
   * Returns for each activity in {@code activities} the index in {@link #kinds} of the kind whose
   * power it has; -1 for an activity that has the blocking power.
   */
  public int[] indicesOf(List<Instruction> activities) {
    int[] indices = new int[activities.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = kinds.indexOf(model.columnOf(activities.get(i)));
    }
    return indices;
  }

  /**
   * Returns the numbers of all columns whose next column is another part of the same kind of
   * instruction. So the result lacks the column of the blocking power and the column of the last
   * part of each kind of instruction.
   */
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
