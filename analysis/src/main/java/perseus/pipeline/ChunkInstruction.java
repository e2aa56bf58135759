package perseus.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds an instruction and its chunk, and converts them to a name in an instruction log, and back.
 * A chunk is one of the stages that a rank holds under an interleaved schedule. The chunks of a
 * rank are numbered in the order of the pipeline, from 0. A name in an instruction log usually ends
 * with the number of the chunk: {@code forward_1} is a forward of chunk 1. The name of an
 * instruction of chunk 0 does not end with the number of the chunk. The name of a load of data
 * never ends with the number of a chunk.
 *
 * @param instruction kind of instruction, such as forward, without the number of the chunk
 * @param chunk number of the chunk (stage) among the chunks of its rank, from 0
 */
public record ChunkInstruction(Instruction instruction, int chunk) {
  private static final Pattern NUMBERED = Pattern.compile("([a-z_]+)_([1-9]\\d{0,3})");

  /**
   * Returns an instruction with the name that this instruction has in an instruction log. A forward
   * of chunk 1 has the name {@code forward_1} in an instruction log.
   */
  public Instruction logged() {
    return chunk == 0 || instruction.equals(Instruction.LOAD)
        ? instruction
        : new Instruction(instruction.name() + "_" + chunk);
  }

  /**
   * Finds the instruction and the chunk (stage of a rank) that belong to a name in an instruction
   * log. The instruction log must be from a run with an interleaved pipeline schedule.
   */
  public static ChunkInstruction of(Instruction logged) {
    Matcher numbered = NUMBERED.matcher(logged.name());
    return numbered.matches()
        ? new ChunkInstruction(
            new Instruction(numbered.group(1)), Integer.parseInt(numbered.group(2)))
        : new ChunkInstruction(logged, 0);
  }
}
