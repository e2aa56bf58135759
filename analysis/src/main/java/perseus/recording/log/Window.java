package perseus.recording.log;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import perseus.pipeline.Instruction;

/**
 * Holds a window: the data of all iterations of one rank that ran at one frequency.
 *
 * @param frequencyMhz GPU frequency in MHz at which all computations of the window ran
 * @param segments time spans of consecutive iterations in the window, in order of time
 * @param iterations number of iterations in all segments of the window
 */
public record Window(int frequencyMhz, List<Segment> segments, int iterations) {

  /**
   * Summarizes the durations of all instances of one kind of instruction in a window.
   *
   * @param count number of instances of the kind of instruction
   * @param mean mean duration of the instances in seconds, or NaN if there is no instance
   * @param stderr standard error of the mean duration in seconds, or NaN if there are fewer than
   *     two instances
   */
  public record Durations(long count, double mean, double stderr) {
    /** Returns the sum of the durations of all instances, in seconds. */
    public double total() {
      return count * mean;
    }
  }

  /** Returns the kinds of instruction that ran at this window's frequency, sorted by name. */
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

  /** Returns the total length of all segments (time spans) of the window, in seconds. */
  public double seconds() {
    return segments.stream().mapToDouble(Segment::seconds).sum();
  }

  /**
   * Returns the number, mean and standard error of the durations of one kind of instruction at this
   * window's frequency.
   */
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
    // The first duration is subtracted from all durations. Sums of squares of the small differences
    // lose less precision than sums of squares of the durations.
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
