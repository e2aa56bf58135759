package perseus.recording.csv;

import java.util.stream.IntStream;
import perseus.recording.log.Warning;

/** Sorts the rows of a log by time and reports the rows that were not in order of time. */
final class TimeOrder {
  private TimeOrder() {}

  /**
   * Returns the indices of a log's rows in ascending order of time. Rows with equal times keep
   * their order in the log. Each row that is earlier than the previous row is reported as a
   * problem.
   *
   * @param faults receives a problem for each row that is not in order of time
   * @param problem text about the problem, without a full stop ({@link RowFaults#add})
   * @return indices of the rows in order of time; null if the rows are already in order of time
   */
  static int[] of(double[] times, long[] lines, int size, RowFaults faults, String problem) {
    boolean sorted = true;
    for (int i = 1; i < size; i++) {
      if (times[i] < times[i - 1]) {
        sorted = false;
        faults.add(Warning.Kind.REPAIRED, problem, lines[i]);
      }
    }
    return sorted
        ? null
        : IntStream.range(0, size)
            .boxed()
            .sorted((a, b) -> Double.compare(times[a], times[b]))
            .mapToInt(Integer::intValue)
            .toArray();
  }
}
