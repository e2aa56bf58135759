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
 * its start and end time. Each array of an instruction log has one element for each record, except
 * {@code counts}.
 *
 * @param file file from which the instruction log was read
 * @param kinds different instructions in the log
 * @param counts number of records of each instruction in {@code kinds}, including damaged records
 * @param kind index in {@code kinds} of each record's instruction
 * @param start start of each record, as Unix time in seconds
 * @param end end of each record, as Unix time in seconds. A record ends between its own start and
 *     the start of the next record.
 * @param ordinal number of earlier records of the same instruction in the log, for each record
 * @param damaged whether the start or end time of each record is wrong
 * @param quantumSeconds time quantum in seconds, such as 0.01 if all times are multiples of 10 ms;
 *     0 if the times are precise
 */
public record InstructionLog(
    Path file,
    List<Instruction> kinds,
    int[] counts,
    int[] kind,
    double[] start,
    double[] end,
    int[] ordinal,
    boolean[] damaged,
    double quantumSeconds) {

  /** Creates an instruction log with precise times. */
  public InstructionLog(
      Path file,
      List<Instruction> kinds,
      int[] counts,
      int[] kind,
      double[] start,
      double[] end,
      int[] ordinal,
      boolean[] damaged) {
    this(file, kinds, counts, kind, start, end, ordinal, damaged, 0);
  }

  /**
   * Creates an instruction log from undamaged records.
   *
   * @param file file of the records, for messages
   * @param instructions instruction of each record
   * @param start start of each record, as Unix time in seconds, in order of time
   * @param end end of each record, as Unix time in seconds
   * @throws UserError if there is no record, if a time is not above 0, or if two records overlap or
   *     end before they start
   */
  public static InstructionLog of(
      Path file, List<Instruction> instructions, double[] start, double[] end) {
    int size = instructions.size();
    if (size != start.length || size != end.length) {
      throw new IllegalArgumentException(
          "A log needs as many starts and ends as instructions, but there are %d instructions, %d starts and %d ends."
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

  /** Returns the number of records of an instruction; 0 if the log does not contain it. */
  public int count(Instruction instruction) {
    int k = kinds.indexOf(instruction);
    return k < 0 ? 0 : counts[k];
  }

  /** Returns a copy of this log with other end times of the records, as Unix times in seconds. */
  public InstructionLog withEnds(double[] ends) {
    return withTimes(start, ends);
  }

  /** Returns a copy of this log with other times of the records, as Unix times in seconds. */
  public InstructionLog withTimes(double[] starts, double[] ends) {
    return new InstructionLog(
        file, kinds, counts, kind, starts, ends, ordinal, damaged, quantumSeconds);
  }

  /** Returns a copy of this log whose times were recorded as multiples of a quantum in seconds. */
  public InstructionLog withQuantum(double seconds) {
    return new InstructionLog(file, kinds, counts, kind, start, end, ordinal, damaged, seconds);
  }
}
