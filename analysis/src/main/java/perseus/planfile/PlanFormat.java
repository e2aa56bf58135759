package perseus.planfile;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.pipeline.Instruction;

/**
 * Lists the two text formats of plan files. In both formats, the text is a Python literal with one
 * list per stage.
 */
public enum PlanFormat {
  /** Writes only the frequency of each computation in MHz, such as {@code [1260, 1080]}. */
  LOWTIME {
    @Override
    String entry(Instruction instruction, int frequencyMhz) {
      return Integer.toString(frequencyMhz);
    }
  },

  /**
   * Writes the instruction and the frequency in MHz of each computation as a pair, such as {@code
   * [('forward', 1260), ('backward', 1080)]}.
   */
  ZEUS {
    @Override
    String entry(Instruction instruction, int frequencyMhz) {
      return "('" + instruction + "', " + frequencyMhz + ")";
    }
  };

  /** Returns the text that a plan file contains for one computation. */
  abstract String entry(Instruction instruction, int frequencyMhz);

  /** Returns a plan as the text of a Python literal with one line per stage. */
  String text(FrequencyPlan plan) {
    return IntStream.range(0, plan.stages())
        .mapToObj(
            s -> {
              List<Integer> frequencies = plan.frequenciesMhz().get(s);
              List<Instruction> instructions = plan.instructions().get(s);
              return IntStream.range(0, frequencies.size())
                  .mapToObj(i -> entry(instructions.get(i), frequencies.get(i)))
                  .collect(Collectors.joining(", ", "[", "],\n"));
            })
        .collect(Collectors.joining("", "[\n", "]\n"));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
