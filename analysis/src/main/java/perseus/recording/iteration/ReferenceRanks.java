package perseus.recording.iteration;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warnings;
import perseus.recording.run.RunDirectory;

/**
 * Finds ranks whose logs are complete, so that a rank with missing records can be compared with a
 * complete rank. Reads the log of a rank only when the log is needed, and keeps the rank's {@link
 * IterationMarks} (start and end times of iterations) for later calls.
 */
final class ReferenceRanks {
  /** Number of ranks whose logs are read to find out how many iterations the run had. */
  private static final int RANKS_TO_FIND_LENGTH = 4;

  private final RunDirectory directory;
  private final List<RankPlace> ranks;

  /**
   * For each rank whose log has been read, the number and the times of its iterations. The key of
   * the map is the global rank.
   */
  private final Map<Integer, Reference> read = new HashMap<>();

  /**
   * Holds how many iterations one rank recorded, and when they started and ended.
   *
   * @param rank global rank
   * @param iterations number of complete iterations, found by counting records; 0 if records of
   *     this rank are missing
   * @param marks start and end times of the iterations; null if records of this rank are missing
   */
  record Reference(int rank, int iterations, IterationMarks marks) {}

  /**
   * @param directory directory with the logs of the ranks
   * @param ranks all ranks of the job
   */
  ReferenceRanks(RunDirectory directory, List<RankPlace> ranks) {
    this.directory = directory;
    this.ranks = ranks;
  }

  /**
   * Reads the logs of the first ranks in the directory and returns the rank with the largest number
   * of complete iterations. Returns null if each of the read logs lacks records.
   */
  Reference longest() {
    return longest(
        ranks.stream()
            .filter(rank -> directory.ranks.contains(rank.rank()))
            .limit(RANKS_TO_FIND_LENGTH)
            .toList(),
        directory.lastIteration);
  }

  /**
   * Returns a rank that can be compared with {@code rank}. If possible, the returned rank recorded
   * all iterations of the run. A rank of the same pipeline as {@code rank} is preferred.
   *
   * @return rank with a complete log; null if no other rank has a complete log
   */
  Reference near(RankPlace rank) {
    Reference longest = longest();
    return longest(
        samePipelineFirst(rank).stream().filter(other -> other.rank() != rank.rank()).toList(),
        longest == null ? directory.lastIteration : longest.iterations);
  }

  /**
   * Returns the first candidate rank that recorded at least {@code enough} complete iterations. If
   * no candidate recorded {@code enough} iterations, returns the candidate that recorded the most
   * complete iterations.
   */
  private Reference longest(List<RankPlace> candidates, int enough) {
    Reference best = null;
    for (RankPlace rank : candidates) {
      Reference found = reference(rank.rank());
      if (found.marks != null && (best == null || found.iterations > best.iterations)) {
        best = found;
      }
      if (found.iterations >= enough) {
        break;
      }
    }
    return best;
  }

  /**
   * Returns the ranks whose logs are in the directory. The ranks of the same pipeline as {@code
   * rank} come first in the returned list.
   */
  private List<RankPlace> samePipelineFirst(RankPlace rank) {
    List<RankPlace> order = new ArrayList<>();
    for (boolean same : new boolean[] {true, false}) {
      ranks.stream()
          .filter(other -> directory.ranks.contains(other.rank()))
          .filter(other -> (other.dpRank() == rank.dpRank()) == same)
          .forEach(order::add);
    }
    return order;
  }

  private synchronized Reference reference(int rank) {
    return read.computeIfAbsent(rank, this::readReference);
  }

  private Reference readReference(int rank) {
    int microbatches = directory.numMicrobatches;
    try {
      // The warnings about a reference rank are discarded here, because the same warnings are added
      // again when the reference rank itself is analyzed.
      InstructionLog log = directory.readInstructions(rank, new Warnings());
      IterationBlocks counted = IterationAssignment.counted(log, microbatches);
      boolean backwards = log.count(Instruction.BACKWARD) >= counted.complete * microbatches;
      if (counted.disjoint && counted.complete > 0 && backwards) {
        return new Reference(
            rank, counted.complete, IterationMarks.ofBlocks(log, microbatches, counted.complete));
      }
    } catch (UserError e) {
      // The error in the log of a reference rank is ignored here, because the same error is thrown
      // again when the reference rank itself is analyzed.
    }
    return new Reference(rank, 0, null);
  }
}
