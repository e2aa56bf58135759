package perseus.recording.csv;

import java.util.stream.IntStream;
import perseus.recording.log.Warning;

/** Finds the order of time of a log's rows. */
final class TimeOrder {
  private TimeOrder() {}

  /**
   * Returns the indices of rows by ascending time; rows with the same time keep their order.
   * Reports every row that is earlier than the row before it.
   *
   * @param times times of the rows
   * @param lines line numbers of the rows
   * @param size number of rows
   * @param problem the text to report, as in {@link RowFaults#add}
   * @return null if the rows are already in order
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
