package perseus.recording.log;

import java.nio.file.Path;
import java.util.List;
import perseus.pipeline.Instruction;

/**
 * One rank's instructions in order of time; arrays run in parallel, one entry per record.
 *
 * @param file where it came from
 * @param kinds kinds of instruction that occur
 * @param counts records of each kind, damaged ones among them
 * @param kind index into {@code kinds}
 * @param start epoch seconds
 * @param end epoch seconds, not before {@code start} and not after the next record's start
 * @param ordinal position among the records of its kind, from 0
 * @param damaged whether its times are not to be believed; such a record still counts
 */
public record InstructionLog(
    Path file,
    List<Instruction> kinds,
    int[] counts,
    int[] kind,
    double[] start,
    double[] end,
    int[] ordinal,
    boolean[] damaged) {

  public int size() {
    return kind.length;
  }

  /** Records of {@code instruction}; 0 where there are none. */
  public int count(Instruction instruction) {
    int k = kinds.indexOf(instruction);
    return k < 0 ? 0 : counts[k];
  }
}
