package perseus.recording.run;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds a range of consecutive iterations of a run, all of which ran at the same frequency.
 *
 * @param frequencyMhz SM clock of the GPU in MHz
 * @param first first iteration of the range, counted from 1
 * @param last last iteration of the range, inclusive
 */
public record FrequencyWindow(int frequencyMhz, int first, int last) {

  /**
   * Returns one window for each frequency schedule of a run that is a measurement at one frequency.
   * Leaves out schedules that are warm-ups or that ran a plan with several frequencies.
   */
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
   * @param warmups number of warm-up windows, each of the same length, before the first frequency
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

  /** Returns the number of iterations in the window. */
  public int length() {
    return last - first + 1;
  }
}
