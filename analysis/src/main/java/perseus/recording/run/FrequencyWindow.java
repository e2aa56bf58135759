package perseus.recording.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Holds a range of consecutive iterations of a run, all of which ran at the same frequency.
 *
 * @param frequencyMhz frequency of the GPU's SM clock (clock of its processors) in MHz
 * @param first number of the range's first iteration, counted from 1
 * @param last number of the range's last iteration, which is part of the range
 */
public record FrequencyWindow(int frequencyMhz, int first, int last) {

  /**
   * Returns a frequency window (range of iterations) for each frequency schedule that measures a
   * single frequency. Leaves out frequency schedules that only warm up the GPU, that measure the
   * first frequency again, or that run a plan with several frequencies.
   */
  static List<FrequencyWindow> of(List<RunManifest.Schedule> schedules) {
    return schedules.stream()
        .filter(RunManifest.Schedule::measured)
        .map(FrequencyWindow::of)
        .toList();
  }

  private static FrequencyWindow of(RunManifest.Schedule schedule) {
    return new FrequencyWindow(
        schedule.frequencyMhz(), schedule.firstIteration(), schedule.lastIteration());
  }

  /**
   * Returns the range of iterations at the end of the run that repeated the first measured
   * frequency; empty if the run did not repeat it.
   */
  static Optional<FrequencyWindow> revisit(List<RunManifest.Schedule> schedules) {
    return schedules.stream()
        .filter(schedule -> Boolean.TRUE.equals(schedule.revisit()))
        .filter(schedule -> schedule.frequencyMhz() != null)
        .map(FrequencyWindow::of)
        .findFirst();
  }

  /**
   * Returns frequency windows (ranges of iterations) of equal length, one for each frequency in the
   * given order.
   *
   * @param frequencies frequencies in MHz
   * @param iterations number of iterations in each frequency window
   * @param warmups number of warm-up phases before the first frequency window; each warm-up phase
   *     is as long as a frequency window
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

  /** Returns the number of iterations in the range. */
  public int length() {
    return last - first + 1;
  }
}
