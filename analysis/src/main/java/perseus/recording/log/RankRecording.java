package perseus.recording.log;

import java.util.List;

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
    RankPlace place,
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
}
