package perseus.recording.log;

import java.nio.file.Path;
import java.util.List;
import perseus.pipeline.Instruction;

/**
 * Holds the instructions that one rank recorded, in order of time. A record is one instruction with
 * its start and end time. Each array has one entry per record, except {@code counts}, which has one
 * entry per kind of instruction.
 *
 * @param file the file from which the log was read
 * @param kinds kinds of instruction that occur in the log
 * @param counts number of records of each kind, including damaged records
 * @param kind kind of each record, as an index into {@code kinds}
 * @param start start of each record in epoch seconds
 * @param end end of each record in epoch seconds, at least {@code start} and at most the start of
 *     the next record
 * @param ordinal for each record, the number of earlier records of the same kind
 * @param damaged for each record, whether its times are wrong; {@code counts} and {@code ordinal}
 *     include damaged records, so that later records get the right iteration
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

  /** Returns the number of records. */
  public int size() {
    return kind.length;
  }

  /** Returns the number of records of one kind; 0 if the kind does not occur. */
  public int count(Instruction instruction) {
    int k = kinds.indexOf(instruction);
    return k < 0 ? 0 : counts[k];
  }
}
