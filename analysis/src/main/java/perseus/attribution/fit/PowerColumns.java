package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import perseus.pipeline.Instruction;

/**
 * Assigns column numbers to the unknown powers of one rank at one frequency. Each power is one
 * column of the least-squares problem. Column 0 is the blocking (waiting) power. Then follow, for
 * each kind of instruction, the powers of its parts. All parts of a kind have the same length.
 */
public final class PowerColumns {
  /** The column of the blocking power. */
  public static final int BLOCKING = 0;

  private final List<Instruction> kinds;
  private final int[] firstColumn;
  private final int[] parts;
  private final int size;

  private PowerColumns(List<Instruction> kinds, int[] firstColumn, int[] parts, int size) {
    this.kinds = kinds;
    this.firstColumn = firstColumn;
    this.parts = parts;
    this.size = size;
  }

  /**
   * Assigns column numbers to the powers of one rank at one frequency.
   *
   * @param kinds kinds of instructions that the rank ran at this frequency
   * @param parts function that returns the number of parts of a kind, at least 1
   */
  public static PowerColumns of(List<Instruction> kinds, ToIntFunction<Instruction> parts) {
    int[] firstColumn = new int[kinds.size()];
    int[] counts = new int[kinds.size()];
    int size = 1;
    for (int k = 0; k < firstColumn.length; k++) {
      firstColumn[k] = size;
      counts[k] = parts.applyAsInt(kinds.get(k));
      size += counts[k];
    }
    return new PowerColumns(List.copyOf(kinds), firstColumn, counts, size);
  }

  /** Returns the kinds of instructions, in the order of their columns. */
  public List<Instruction> kinds() {
    return kinds;
  }

  /** Returns the number of columns. */
  public int size() {
    return size;
  }

  /**
   * Returns the column of the first part of a kind.
   *
   * @param kind index of the kind in {@link #kinds}
   */
  public int firstColumn(int kind) {
    return firstColumn[kind];
  }

  /**
   * Returns the number of parts of a kind.
   *
   * @param kind index of the kind in {@link #kinds}
   */
  public int parts(int kind) {
    return parts[kind];
  }

  /** Returns the index in {@link #kinds} of each kind in {@code others}; -1 for an unknown kind. */
  int[] indicesOf(List<Instruction> others) {
    int[] indices = new int[others.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = kinds.indexOf(others.get(i));
    }
    return indices;
  }

  /**
   * Returns all columns except the blocking power and the last part of each kind. So the column
   * after each returned column is the next part of the same kind.
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
