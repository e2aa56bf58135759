package perseus.recording.iteration;

import java.util.Arrays;
import java.util.stream.IntStream;
import perseus.pipeline.Instruction;

/** How many records of a kind an iteration usually has, where some of a log's are missing. */
final class UsualCount {
  private UsualCount() {}

  /**
   * The most frequent of {@code counts}, of equals the largest; 0 for a kind that most iterations
   * have none of.
   *
   * @param counts records of {@code kind} in each iteration
   * @param forwards forwards in each iteration; those without any do not count
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
   * One more than the last iteration that has any: those of later ones may have been cut off with
   * the end of the file. A computation of one iteration alone, as for start-up, is a rare one.
   */
  private static int end(int[] counts, Instruction kind) {
    int end = counts.length;
    while (end > 0 && counts[end - 1] == 0) {
      end--;
    }
    return kind.isComputation() && end > 1 ? end : counts.length;
  }
}
