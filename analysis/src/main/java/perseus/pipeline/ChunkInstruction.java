package perseus.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds an instruction and its chunk (one of the stages that a rank holds under an interleaved
 * schedule), and converts both to and from the name that the instruction has in a log. The chunks
 * (stages) of a rank are numbered in the order of the pipeline, from 0. In an instruction log, the
 * name of an instruction of chunk 0 does not end with the number of its chunk. The name of an
 * instruction of any other chunk ends with the number of its chunk: {@code forward_1} is a forward
 * of chunk 1. The name of a load of data never ends with the number of a chunk.
 *
 * @param instruction kind of instruction, such as forward, without the number of the chunk
 * @param chunk number of the chunk (stage) among the chunks of its rank, from 0
 */
public record ChunkInstruction(Instruction instruction, int chunk) {
  private static final Pattern NUMBERED = Pattern.compile("([a-z_]+)_([1-9]\\d{0,3})");

  /**
   * Returns the instruction with the name that it has in an instruction log, such as {@code
   * forward_1} for a forward of chunk 1.
   */
  public Instruction logged() {
    return chunk == 0 || instruction.equals(Instruction.LOAD)
        ? instruction
        : new Instruction(instruction.name() + "_" + chunk);
  }

  /**
   * Returns the instruction and the chunk (stage of a rank) that a name in an instruction log
   * means. The instruction log must be from a run with an interleaved pipeline schedule.
   */
  public static ChunkInstruction of(Instruction logged) {
    Matcher numbered = NUMBERED.matcher(logged.name());
    return numbered.matches()
        ? new ChunkInstruction(
            new Instruction(numbered.group(1)), Integer.parseInt(numbered.group(2)))
        : new ChunkInstruction(logged, 0);
  }
}
