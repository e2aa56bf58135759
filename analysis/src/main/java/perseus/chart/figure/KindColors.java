package perseus.chart.figure;

import java.awt.Color;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import perseus.pipeline.Instruction;

/**
 * Gives each kind of instruction in a chart its own colour. The class also lists the kinds in the
 * order in which an iteration executes them.
 *
 * <p>Instructions that most pipelines have, such as forwards, get the same colour in every chart.
 * No kind of instruction is grey, because grey means waiting.
 */
public final class KindColors {
  private static final Color VIOLET = new Color(0x6A, 0x3D, 0x9A);

  private static final Map<Instruction, Color> USUAL =
      Map.of(
          Instruction.LOAD, Theme.ORANGE,
          Instruction.FORWARD, Theme.SKY,
          Instruction.RECOMPUTATION, Theme.PURPLE,
          Instruction.BACKWARD, Theme.NAVY,
          Instruction.REDUCE_GRADS, Theme.GREEN,
          Instruction.OPTIMIZER_STEP, VIOLET);

  /** Colours of kinds of instructions without a fixed colour, in the order of the kinds' names. */
  private static final List<Color> OTHERS =
      List.of(
          new Color(0x8C, 0x51, 0x0A),
          new Color(0x17, 0xBE, 0xCF),
          new Color(0x9A, 0xA8, 0x1B),
          new Color(0xF0, 0x72, 0xC8),
          new Color(0x3B, 0x5B, 0xFF));

  private final List<Instruction> kinds;
  private final Map<Instruction, Color> colors = new HashMap<>(USUAL);

  /**
   * @param instructions instructions of the chart, in any order; kinds may be repeated
   */
  public KindColors(Stream<Instruction> instructions) {
    kinds = instructions.distinct().sorted(Theme.BY_EXECUTION_ORDER).toList();
    int others = 0;
    for (Instruction kind : kinds) {
      if (!colors.containsKey(kind)) {
        Color color = OTHERS.get(others % OTHERS.size());
        for (int round = 0; round < others / OTHERS.size(); round++) {
          color = color.darker();
        }
        colors.put(kind, color);
        others++;
      }
    }
  }

  /**
   * Returns the kinds of instructions in the chart, in the order in which an iteration executes
   * them.
   */
  public List<Instruction> kinds() {
    return kinds;
  }

  /** Returns the colour of a kind of instruction that the chart has. */
  public Color of(Instruction kind) {
    return colors.get(kind);
  }
}
