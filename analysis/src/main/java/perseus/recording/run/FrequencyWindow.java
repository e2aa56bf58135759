package perseus.recording.run;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of iterations that ran at one frequency.
 *
 * @param frequencyMhz SM clock
 * @param first first iteration, counted from 1
 * @param last last iteration, inclusive
 */
public record FrequencyWindow(int frequencyMhz, int first, int last) {

  /** Returns the measured schedules of a run, without warm-ups and plans of mixed frequencies. */
  static List<FrequencyWindow> of(List<RunManifest.Schedule> schedules) {
    return schedules.stream()
        .filter(schedule -> !schedule.warmup() && schedule.frequencyMhz() != null)
        .map(s -> new FrequencyWindow(s.frequencyMhz(), s.firstIteration(), s.lastIteration()))
        .toList();
  }

  /**
   * Returns windows of equal length, one for each frequency in the given order.
   *
   * @param frequencies frequencies in MHz
   * @param iterations number of iterations in each window
   * @param warmups number of windows of the same length before the first frequency
   */
  static List<FrequencyWindow> evenly(List<Integer> frequencies, int iterations, int warmups) {
    List<FrequencyWindow> windows = new ArrayList<>();
    int first = warmups * iterations + 1;
    for (int frequency : frequencies) {
      windows.add(new FrequencyWindow(frequency, first, first + iterations - 1));
      first += iterations;
    }
    return windows;
  }

  /** Returns the number of iterations. */
  public int length() {
    return last - first + 1;
  }
}
