package perseus.recording.log;

import java.nio.file.Path;
import java.util.List;
import perseus.pipeline.Instruction;

/**
 * Holds the instructions that one rank recorded, in order of time. A record is one instruction with
 * its start and end time. Each array of the log has one element per record, except {@code counts},
 * which has one element per kind of instruction.
 *
 * @param file file from which the instruction log was read
 * @param kinds kinds of instruction that occur in the log
 * @param counts number of records of each kind of instruction, including damaged records
 * @param kind for each record, the index of its kind of instruction in {@code kinds}
 * @param start start of each recorded instruction, as Unix time in seconds
 * @param end end of each recorded instruction, as Unix time in seconds. An instruction does not end
 *     before its start or after the start of the next record.
 * @param ordinal for each record, the number of earlier records of the same kind in the log
 * @param damaged for each record, whether its start or end time is wrong. The arrays {@code counts}
 *     and {@code ordinal} include damaged records, so that later records are assigned to the right
 *     iteration.
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

  /** Returns the number of records in the log. */
  public int size() {
    return kind.length;
  }

  /**
   * Returns the number of records of one kind of instruction; 0 if the kind does not occur in the
   * log.
   */
  public int count(Instruction instruction) {
    int k = kinds.indexOf(instruction);
    return k < 0 ? 0 : counts[k];
  }
}
