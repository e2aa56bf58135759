package perseus.recording.log;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import perseus.pipeline.Instruction;

/**
 * Holds the data of all iterations of one rank at one frequency.
 *
 * @param frequencyMhz GPU frequency in MHz of all computations
 * @param segments data of consecutive iterations, in order of time
 * @param iterations number of iterations in all elements of {@code segments}
 */
public record Window(int frequencyMhz, List<Segment> segments, int iterations) {

  /**
   * Summarizes the durations of an instruction at one frequency.
   *
   * @param count number of instances of the instruction
   * @param mean mean duration in seconds, or NaN without an instance
   * @param stderr standard error of the mean duration in seconds, or NaN for fewer than two
   *     instances
   */
  public record Durations(long count, double mean, double stderr) {
    /** Returns the sum of all durations, in seconds. */
    public double total() {
      return count * mean;
    }
  }

  /** Returns the instructions that ran at the frequency, sorted by name. */
  public List<Instruction> kinds() {
    TreeSet<Instruction> kinds = new TreeSet<>();
    for (Segment segment : segments) {
      InstructionLog log = segment.instructions();
      boolean[] seen = new boolean[log.kinds().size()];
      for (int i = segment.from(); i < segment.to(); i++) {
        seen[log.kind()[i]] = true;
      }
      for (int k = 0; k < seen.length; k++) {
        if (seen[k]) {
          kinds.add(log.kinds().get(k));
        }
      }
    }
    return List.copyOf(kinds);
  }

  /** Returns the total time of all iterations at the frequency, in seconds. */
  public double seconds() {
    return segments.stream().mapToDouble(Segment::seconds).sum();
  }

  /** Returns the number, mean and standard error of an instruction's durations at the frequency. */
  public Durations durations(Instruction instruction) {
    return durations(instruction::equals);
  }

  /**
   * Returns the number, mean and standard error of the durations of all instructions that fulfill a
   * condition.
   */
  public Durations durations(Predicate<Instruction> condition) {
    long count = 0;
    double sum = 0;
    double squares = 0;
    // The first duration is subtracted from all durations, because sums of squares of small
    // numbers lose less precision.
    double shift = Double.NaN;
    for (Segment segment : segments) {
      InstructionLog log = segment.instructions();
      boolean[] counted = new boolean[log.kinds().size()];
      for (int k = 0; k < counted.length; k++) {
        counted[k] = condition.test(log.kinds().get(k));
      }
      for (int i = segment.from(); i < segment.to(); i++) {
        if (counted[log.kind()[i]]) {
          double duration = log.end()[i] - log.start()[i];
          if (count == 0) {
            shift = duration;
          }
          count++;
          sum += duration - shift;
          squares += (duration - shift) * (duration - shift);
        }
      }
    }
    double mean = sum / count;
    double variance = count < 2 ? Double.NaN : Math.max(0, squares - sum * mean) / (count - 1);
    return new Durations(count, shift + mean, Math.sqrt(variance / count));
  }
}
