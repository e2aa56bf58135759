package perseus.recording.run;

import java.util.ArrayList;
import java.util.List;

/**
 * Iterations that ran at one frequency.
 *
 * @param frequencyMhz SM clock
 * @param first first iteration, counted from 1
 * @param last last iteration, inclusive
 */
public record FrequencyWindow(int frequencyMhz, int first, int last) {

  /** The measurements among a run's schedules: no warm-ups, no plans of mixed frequencies. */
  static List<FrequencyWindow> of(List<RunManifest.Schedule> schedules) {
    return schedules.stream()
        .filter(schedule -> !schedule.warmup() && schedule.frequencyMhz() != null)
        .map(s -> new FrequencyWindow(s.frequencyMhz(), s.firstIteration(), s.lastIteration()))
        .toList();
  }

  /** Windows of equal length, one for each frequency, after {@code warmups} windows of none. */
  static List<FrequencyWindow> evenly(List<Integer> frequencies, int iterations, int warmups) {
    List<FrequencyWindow> windows = new ArrayList<>();
    int first = warmups * iterations + 1;
    for (int frequency : frequencies) {
      windows.add(new FrequencyWindow(frequency, first, first + iterations - 1));
      first += iterations;
    }
    return windows;
  }
}
