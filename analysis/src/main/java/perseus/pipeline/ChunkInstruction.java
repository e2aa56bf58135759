package perseus.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instruction of one of the stages that share a rank under an interleaved schedule. Logs call
 * those of a rank's first stage as everywhere, and those of its further ones by a number: {@code
 * forward_1} is a forward of the second. Loads stay as they are.
 *
 * @param instruction what it is
 * @param chunk which of the rank's stages runs it, from 0
 */
public record ChunkInstruction(Instruction instruction, int chunk) {
  private static final Pattern NUMBERED = Pattern.compile("([a-z_]+)_([1-9]\\d{0,3})");

  /** What a log calls it. */
  public Instruction logged() {
    return chunk == 0 || instruction.equals(Instruction.LOAD)
        ? instruction
        : new Instruction(instruction.name() + "_" + chunk);
  }

  /** What a log of an interleaved schedule calls {@code logged}. */
  public static ChunkInstruction of(Instruction logged) {
    Matcher numbered = NUMBERED.matcher(logged.name());
    return numbered.matches()
        ? new ChunkInstruction(
            new Instruction(numbered.group(1)), Integer.parseInt(numbered.group(2)))
        : new ChunkInstruction(logged, 0);
  }
}
