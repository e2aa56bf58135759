package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import perseus.pipeline.Instruction;

/**
 * The unknown powers of a window: that of waiting (column 0), and one for each equal part of each
 * kind of instruction.
 */
public final class PowerColumns {
  public static final int BLOCKING = 0;

  private final List<Instruction> kinds;
  private final int[] first;
  private final int[] parts;
  private final int size;

  private PowerColumns(List<Instruction> kinds, int[] first, int[] parts, int size) {
    this.kinds = kinds;
    this.first = first;
    this.parts = parts;
    this.size = size;
  }

  /** Columns for {@code kinds}, each cut into as many parts as {@code parts} says. */
  public static PowerColumns of(List<Instruction> kinds, ToIntFunction<Instruction> parts) {
    int[] first = new int[kinds.size()];
    int[] counts = new int[kinds.size()];
    int size = 1;
    for (int k = 0; k < first.length; k++) {
      first[k] = size;
      counts[k] = parts.applyAsInt(kinds.get(k));
      size += counts[k];
    }
    return new PowerColumns(List.copyOf(kinds), first, counts, size);
  }

  public List<Instruction> kinds() {
    return kinds;
  }

  public int size() {
    return size;
  }

  public int first(int kind) {
    return first[kind];
  }

  public int parts(int kind) {
    return parts[kind];
  }

  /** For each kind of {@code others} its position here, or -1. */
  int[] positions(List<Instruction> others) {
    int[] positions = new int[others.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = kinds.indexOf(others.get(i));
    }
    return positions;
  }

  /** Pairs of columns that are neighbouring parts of one kind, as the first of the two. */
  List<Integer> neighbours() {
    List<Integer> pairs = new ArrayList<>();
    for (int k = 0; k < first.length; k++) {
      for (int part = 0; part + 1 < parts[k]; part++) {
        pairs.add(first[k] + part);
      }
    }
    return pairs;
  }
}
