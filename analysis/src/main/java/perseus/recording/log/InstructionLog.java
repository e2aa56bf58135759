package perseus.recording.log;

import java.nio.file.Path;
import java.util.List;
import perseus.pipeline.Instruction;

/**
 * The instructions of one rank in order of time. The arrays have one entry per record, except
 * {@code counts}, which has one per kind.
 *
 * @param file the log that was read
 * @param kinds kinds of instruction that occur in the log
 * @param counts number of records of each kind, including damaged ones
 * @param kind index into {@code kinds}
 * @param start epoch seconds
 * @param end epoch seconds, at least {@code start} and at most the start of the next record
 * @param ordinal number of earlier records of the same kind
 * @param damaged whether the record's times are wrong; such a record still counts for its iteration
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

  /** Returns the number of records of one kind, which may be 0. */
  public int count(Instruction instruction) {
    int k = kinds.indexOf(instruction);
    return k < 0 ? 0 : counts[k];
  }
}
