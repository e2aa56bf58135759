package perseus.recording.log;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Holds the recording of one rank, divided by GPU frequency.
 *
 * @param place global rank, pipeline, stage and host of the rank
 * @param gpu name of the rank's GPU; empty if unknown
 * @param windows recorded iterations of the rank at each frequency, highest frequency first
 * @param iterations number of complete iterations in the logs of the rank, over all directories of
 *     the recording
 * @param firstStart start of the rank's first recorded instruction, as Unix time in seconds
 * @param lastEnd end of the rank's last recorded instruction, as Unix time in seconds
 * @param handoffs start and end times of the rank's first forward and first backward in each
 *     iteration
 * @param states recorded clocks and temperatures of the rank's GPU; {@link GpuStates#NONE} if there
 *     are none
 * @param overlapGradReduce whether gradient all-reduces between the pipelines ran during the last
 *     backwards of an iteration
 */
public record RankRecording(
    RankPlace place,
    String gpu,
    List<Window> windows,
    int iterations,
    double firstStart,
    double lastEnd,
    Handoffs handoffs,
    GpuStates states,
    boolean overlapGradReduce) {

  /** Returns the global rank. */
  public int rank() {
    return place.rank();
  }

  /** Returns the number of the rank's pipeline stage, from 0. */
  public int stage() {
    return place.ppRank();
  }

  /** Returns whether the recording holds power samples. */
  public boolean hasSamples() {
    return windows.stream()
        .flatMap(window -> window.segments().stream())
        .anyMatch(segment -> !segment.samples().isEmpty());
  }

  /** Returns a copy of this recording with other iterations at each frequency. */
  public RankRecording withWindows(List<Window> others) {
    return new RankRecording(
        place,
        gpu,
        List.copyOf(others),
        iterations,
        firstStart,
        lastEnd,
        handoffs,
        states,
        overlapGradReduce);
  }

  /** Returns a copy of this recording in which {@code replacement} has replaced each segment. */
  public RankRecording withSegments(UnaryOperator<Segment> replacement) {
    return withWindows(
        windows.stream()
            .map(
                window ->
                    new Window(
                        window.frequencyMhz(),
                        window.segments().stream().map(replacement).toList(),
                        window.iterations()))
            .toList());
  }
}
