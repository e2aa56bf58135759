package perseus.recording.log;

import java.util.Arrays;

/**
 * Holds the readings of the SM clock (clock of the processors) of one rank's GPU.
 *
 * @param times Unix time of each reading in seconds, in ascending order
 * @param smMhz SM clock in each reading, in MHz
 */
public record ClockReadings(double[] times, double[] smMhz) {
  /** Readings of a rank of which no clock was recorded. */
  public static final ClockReadings NONE = new ClockReadings(new double[0], new double[0]);

  /** Returns the index of the first reading that is not earlier than {@code time}. */
  public int firstFrom(double time) {
    int i = Arrays.binarySearch(times, time);
    return i >= 0 ? i : -i - 1;
  }
}
