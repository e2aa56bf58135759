package perseus.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds an instruction and its chunk (one of the stages that a rank holds under an interleaved
 * schedule), and converts both to and from the name that the instruction has in a log. The chunks
 * of a rank are numbered from 0. In a log, the name of an instruction of chunk 0 has no number. The
 * names of instructions of other chunks end with the number of the chunk: {@code forward_1} is a
 * forward of chunk 1. The name of a load never has a number.
 *
 * @param instruction kind of instruction
 * @param chunk number of the chunk on its rank, from 0
 */
public record ChunkInstruction(Instruction instruction, int chunk) {
  private static final Pattern NUMBERED = Pattern.compile("([a-z_]+)_([1-9]\\d{0,3})");

  /**
   * Returns an instruction whose name contains the number of the chunk, such as {@code forward_1}.
   * A log contains this name.
   */
  public Instruction logged() {
    return chunk == 0 || instruction.equals(Instruction.LOAD)
        ? instruction
        : new Instruction(instruction.name() + "_" + chunk);
  }

  /**
   * Returns the instruction and the chunk that the name of a logged instruction means. The log must
   * be from a run with an interleaved schedule.
   */
  public static ChunkInstruction of(Instruction logged) {
    Matcher numbered = NUMBERED.matcher(logged.name());
    return numbered.matches()
        ? new ChunkInstruction(
            new Instruction(numbered.group(1)), Integer.parseInt(numbered.group(2)))
        : new ChunkInstruction(logged, 0);
  }
}
