package perseus.recording.log;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import perseus.io.UserError;
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

  /**
   * Creates an instruction log from records that are not damaged.
   *
   * @param file file from which the records were read, for messages
   * @param instructions kind of instruction of each record
   * @param start start of each record, as Unix time in seconds, in order of time
   * @param end end of each record, as Unix time in seconds
   * @throws UserError if there is no record, if a time is not above 0, or if a record ends before
   *     it starts or starts before the previous record ends
   */
  public static InstructionLog of(
      Path file, List<Instruction> instructions, double[] start, double[] end) {
    int size = instructions.size();
    if (size != start.length || size != end.length) {
      throw new IllegalArgumentException(
          "%d instructions, %d starts and %d ends are no log."
              .formatted(size, start.length, end.length));
    }
    if (size == 0) {
      throw new UserError(file + " holds no instruction.");
    }
    List<Instruction> kinds = new ArrayList<>();
    int[] counts = new int[size];
    int[] kind = new int[size];
    int[] ordinal = new int[size];
    for (int i = 0; i < size; i++) {
      double earliest = i == 0 ? Double.MIN_VALUE : end[i - 1];
      if (!(start[i] >= earliest && end[i] >= start[i] && end[i] < Double.POSITIVE_INFINITY)) {
        throw new UserError(
            String.format(
                Locale.ROOT,
                "%s, instruction %d (%s): the times %.6f and %.6f do not follow the previous instruction.",
                file,
                i + 1,
                instructions.get(i),
                start[i],
                end[i]));
      }
      kind[i] = kinds.indexOf(instructions.get(i));
      if (kind[i] < 0) {
        kind[i] = kinds.size();
        kinds.add(instructions.get(i));
      }
      ordinal[i] = counts[kind[i]]++;
    }
    return new InstructionLog(
        file,
        List.copyOf(kinds),
        Arrays.copyOf(counts, kinds.size()),
        kind,
        start.clone(),
        end.clone(),
        ordinal,
        new boolean[size]);
  }

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

  /**
   * Returns a copy of this log in which the records end at the given times, which are Unix times in
   * seconds.
   */
  public InstructionLog withEnds(double[] ends) {
    return new InstructionLog(file, kinds, counts, kind, start, ends, ordinal, damaged);
  }
}
