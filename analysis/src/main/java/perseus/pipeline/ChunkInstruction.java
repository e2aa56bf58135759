package perseus.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instruction of one of the stages that share a rank under an interleaved schedule. The stages
 * of a rank are its chunks, numbered from 0. A log gives the instructions of chunk 0 their usual
 * names and numbers those of the other chunks: {@code forward_1} is a forward of chunk 1. Loads are
 * not numbered.
 *
 * @param instruction kind of instruction
 * @param chunk number of the stage among those of its rank, from 0
 */
public record ChunkInstruction(Instruction instruction, int chunk) {
  private static final Pattern NUMBERED = Pattern.compile("([a-z_]+)_([1-9]\\d{0,3})");

  /** The name that a log gives this instruction. */
  public Instruction logged() {
    return chunk == 0 || instruction.equals(Instruction.LOAD)
        ? instruction
        : new Instruction(instruction.name() + "_" + chunk);
  }

  /** The instruction that a log of an interleaved schedule calls {@code logged}. */
  public static ChunkInstruction of(Instruction logged) {
    Matcher numbered = NUMBERED.matcher(logged.name());
    return numbered.matches()
        ? new ChunkInstruction(
            new Instruction(numbered.group(1)), Integer.parseInt(numbered.group(2)))
        : new ChunkInstruction(logged, 0);
  }
}
