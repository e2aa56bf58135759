package perseus.recording.iteration;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.pipeline.Instruction;

/**
 * Finds how many records of a kind an iteration usually has, for a log in which some records are
 * missing.
 */
final class UsualCount {
  private UsualCount() {}

  /**
   * Returns the most frequent of {@code counts}; the largest of equally frequent ones. This is 0
   * for a kind that most iterations do not have.
   *
   * @param counts number of records of {@code kind} in each iteration
   * @param forwards number of forwards in each iteration; iterations without any are ignored
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
   * Returns how many iterations to look at. For a computation, the last one is the last iteration
   * with a record, because later records may have been cut off with the end of the file. A
   * computation that only the first iteration has, such as start-up, and every other kind may be
   * rare, so all iterations count.
   */
  private static int end(int[] counts, Instruction kind) {
    int end = counts.length;
    while (end > 0 && counts[end - 1] == 0) {
      end--;
    }
    return kind.isComputation() && end > 1 ? end : counts.length;
  }
}
