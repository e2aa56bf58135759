package perseus.recording.iteration;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.pipeline.Instruction;

/**
 * Finds how many records of one kind of instruction an iteration usually has, for a log in which
 * some records are missing.
 */
final class UsualCount {
  private UsualCount() {}

  /**
   * Returns the value that occurs most often in {@code counts}. If several values occur equally
   * often in {@code counts}, returns the largest of these values. The result is 0 for a kind of
   * instruction that most iterations do not have.
   *
   * @param counts number of records of {@code kind} in each iteration
   * @param kind kind of instruction whose usual number of records is returned
   * @param forwards number of forwards in each iteration; iterations without forwards are ignored
   */
  static int of(int[] counts, Instruction kind, int[] forwards) {
    int[] sorted =
        IntStream.range(0, end(counts, kind))
            .filter(j -> forwards[j] > 0)
            .map(j -> counts[j])
            .toArray();
    Arrays.sort(sorted);
    int usual = 0;
    int longest = 0;
    for (int i = 0, run = 0; i < sorted.length; i++) {
      run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
      if (run >= longest) {
        longest = run;
        usual = sorted[i];
      }
    }
    return usual;
  }

  /**
   * Returns the number of iterations, from the start of the log, that are considered for one kind
   * of instruction. For a computation, the iterations after its last record are ignored, because
   * the end of the log file may have been cut off. All iterations are considered if the kind is not
   * a computation, or if only the first iteration has records of the kind.
   */
  private static int end(int[] counts, Instruction kind) {
    int end = counts.length;
    while (end > 0 && counts[end - 1] == 0) {
      end--;
    }
    return kind.isComputation() && end > 1 ? end : counts.length;
  }
}
