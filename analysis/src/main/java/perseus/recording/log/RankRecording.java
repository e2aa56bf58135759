package perseus.recording.log;

import java.util.List;

/**
 * Holds the recording of one rank, divided into windows. There is one window for each frequency. It
 * contains all iterations that ran at this frequency.
 *
 * @param place place of the rank in the job, such as its stage
 * @param gpu name of the GPU; empty if unknown
 * @param windows one window for each frequency, highest frequency first
 * @param iterations number of complete iterations in the logs of the rank, summed over all
 *     directories of the recording
 * @param firstStart start of the rank's first instruction in epoch seconds
 * @param lastEnd end of the rank's last instruction in epoch seconds
 * @param handoffs start and end times of the first forward and first backward in each iteration
 */
public record RankRecording(
    RankPlace place,
    String gpu,
    List<Window> windows,
    int iterations,
    double firstStart,
    double lastEnd,
    Handoffs handoffs) {

  /** Returns the global rank. */
  public int rank() {
    return place.rank();
  }

  /** Returns the number of the rank's pipeline stage, from 0. */
  public int stage() {
    return place.ppRank();
  }
}
