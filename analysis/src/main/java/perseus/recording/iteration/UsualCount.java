package perseus.recording.iteration;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.pipeline.Instruction;

/**
 * Finds the usual number of records of an instruction in an iteration, for a log with missing
 * records.
 */
final class UsualCount {
  private UsualCount() {}

  /**
   * Returns the most frequent value in {@code counts}, or the largest of several most frequent
   * values. The usual number is 0 for an instruction that is missing in most iterations.
   *
   * @param counts number of records of {@code kind} in each iteration
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
   * Returns the number of iterations, from the start of the log, that determine the usual number of
   * records. For a computation, the iterations after its last record are ignored, because the end
   * of the file may be missing.
   */
  private static int end(int[] counts, Instruction kind) {
    int end = counts.length;
    while (end > 0 && counts[end - 1] == 0) {
      end--;
    }
    return kind.isComputation() && end > 1 ? end : counts.length;
  }
}
