package perseus.recording;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * One rank's recording, cut into windows of one frequency.
 *
 * @param place rank, and its dp, pp and tp rank
 * @param gpu the GPU's name; empty where unknown
 * @param windows one for each frequency, highest first
 * @param iterations complete iterations in its logs, over all directories
 * @param firstStart start of its first instruction, epoch seconds
 * @param lastEnd end of its last instruction, epoch seconds
 * @param handoffs when it waited for a neighbour
 */
public record RankRecording(
    RunManifest.Rank place,
    String gpu,
    List<Window> windows,
    int iterations,
    double firstStart,
    double lastEnd,
    Handoffs handoffs) {

  public int rank() {
    return place.rank();
  }

  /** Pipeline stage. */
  public int stage() {
    return place.ppRank();
  }

  /** The same recording with the counter's readings at regular ticks. */
  public RankRecording atRegularTicks() {
    Map<EnergyLog, EnergyLog> logs = new IdentityHashMap<>();
    List<Window> regular = windows.stream().map(window -> regular(window, logs)).toList();
    return new RankRecording(place, gpu, regular, iterations, firstStart, lastEnd, handoffs);
  }

  private static Window regular(Window window, Map<EnergyLog, EnergyLog> logs) {
    List<Segment> segments =
        window.segments().stream()
            .map(s -> s.with(logs.computeIfAbsent(s.energy(), EnergyLog::atRegularTicks)))
            .toList();
    return new Window(window.frequencyMhz(), segments, window.iterations());
  }
}
