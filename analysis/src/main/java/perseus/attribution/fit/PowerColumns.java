package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import perseus.pipeline.Instruction;

/**
 * The unknown powers of a window, numbered as columns of the least-squares problem: column 0 is the
 * blocking power; then follows, for each kind of instruction, one power for each of its parts of
 * equal length.
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
   * Numbers the columns of a window.
   *
   * @param kinds the kinds of instructions of the window
   * @param parts number of parts of a kind, at least 1
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

  /** The kinds of instructions, in the order of their columns. */
  public List<Instruction> kinds() {
    return kinds;
  }

  /** Number of columns. */
  public int size() {
    return size;
  }

  /** The column of the first part of a kind, which is given by its index in {@link #kinds}. */
  public int firstColumn(int kind) {
    return firstColumn[kind];
  }

  /** Number of parts of a kind, which is given by its index in {@link #kinds}. */
  public int parts(int kind) {
    return parts[kind];
  }

  /** For each of {@code others}, its index in {@link #kinds}, or -1. */
  int[] indicesOf(List<Instruction> others) {
    int[] indices = new int[others.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = kinds.indexOf(others.get(i));
    }
    return indices;
  }

  /** The columns whose next column is the next part of the same kind. */
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
