package perseus.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identifies an instruction of one chunk of a rank, and converts between this instruction and its
 * name in a log. A chunk is one of the stages that a rank holds under an interleaved schedule. The
 * chunks of a rank are numbered from 0. In a log, an instruction of chunk 0 has its usual name. The
 * name of an instruction of another chunk ends with the number of the chunk: {@code forward_1} is a
 * forward of chunk 1. Loads are not numbered.
 *
 * @param instruction kind of instruction
 * @param chunk number of the chunk on its rank, from 0
 */
public record ChunkInstruction(Instruction instruction, int chunk) {
  private static final Pattern NUMBERED = Pattern.compile("([a-z_]+)_([1-9]\\d{0,3})");

  /** Returns the name of this instruction in a log. */
  public Instruction logged() {
    return chunk == 0 || instruction.equals(Instruction.LOAD)
        ? instruction
        : new Instruction(instruction.name() + "_" + chunk);
  }

  /** Returns the instruction and the chunk for a name in the log of an interleaved schedule. */
  public static ChunkInstruction of(Instruction logged) {
    Matcher numbered = NUMBERED.matcher(logged.name());
    return numbered.matches()
        ? new ChunkInstruction(
            new Instruction(numbered.group(1)), Integer.parseInt(numbered.group(2)))
        : new ChunkInstruction(logged, 0);
  }
}
