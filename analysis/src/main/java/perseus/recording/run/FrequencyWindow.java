package perseus.recording.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Holds a range of consecutive iterations at the same frequency.
 *
 * @param frequencyMhz frequency of the GPU's SM clock (clock of its processors) in MHz
 * @param first number of the first iteration of the range, counted from 1
 * @param last number of the last iteration of the range (inclusive)
 */
public record FrequencyWindow(int frequencyMhz, int first, int last) {

  /**
   * Returns the range of iterations that measured each frequency. Warm-ups, repetitions of the
   * first frequency, and iterations with a plan are left out.
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
   * Returns the iterations at the end of the run that measured the first frequency again; empty if
   * there are none.
   */
  static Optional<FrequencyWindow> revisit(List<RunManifest.Schedule> schedules) {
    return schedules.stream()
        .filter(schedule -> Boolean.TRUE.equals(schedule.revisit()))
        .filter(schedule -> schedule.frequencyMhz() != null)
        .map(FrequencyWindow::of)
        .findFirst();
  }

  /**
   * Returns one range of iterations for each frequency, in the given order. All ranges have the
   * same length.
   *
   * @param iterations number of iterations at each frequency
   * @param warmups number of warm-ups before the first measured frequency; each warm-up has {@code
   *     iterations} iterations
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
