package perseus.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds an instruction and its chunk, and converts them to a name in an instruction log, and back.
 * A chunk is one of the stages that a rank holds under an interleaved schedule. The chunks of a
 * rank are numbered in the order of the pipeline, from 0. For chunks above 0, a name in the log
 * ends with the chunk: {@code forward_1} is a forward of chunk 1. A load of data has the same name
 * for all chunks.
 *
 * @param instruction kind of instruction, such as forward, without the number of the chunk
 * @param chunk number of the chunk (stage) among the chunks of its rank, from 0
 */
public record ChunkInstruction(Instruction instruction, int chunk) {
  private static final Pattern NUMBERED = Pattern.compile("([a-z_]+)_([1-9]\\d{0,3})");

  /**
   * Returns the instruction under its name in an instruction log. The name of a forward of chunk 1,
   * for example, is {@code forward_1}.
   */
  public Instruction logged() {
    return chunk == 0 || instruction.equals(Instruction.LOAD)
        ? instruction
        : new Instruction(instruction.name() + "_" + chunk);
  }

  /**
   * Finds the instruction and the chunk (stage of a rank) for a name in the instruction log of an
   * interleaved pipeline schedule.
   */
  public static ChunkInstruction of(Instruction logged) {
    Matcher numbered = NUMBERED.matcher(logged.name());
    return numbered.matches()
        ? new ChunkInstruction(
            new Instruction(numbered.group(1)), Integer.parseInt(numbered.group(2)))
        : new ChunkInstruction(logged, 0);
  }
}
