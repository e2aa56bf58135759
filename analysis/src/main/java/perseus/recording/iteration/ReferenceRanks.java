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
 * Finds ranks with complete logs, with which a rank with missing records can be compared. The log
 * of a rank is read only when it is needed, and its {@link IterationMarks} are kept.
 */
final class ReferenceRanks {
  /** Number of ranks whose logs are read to determine the number of iterations of the run. */
  private static final int RANKS_TO_FIND_LENGTH = 4;

  private final RunDirectory directory;
  private final List<RankPlace> ranks;

  /** Number and times of the iterations of each rank whose log was read, by global rank. */
  private final Map<Integer, Reference> read = new HashMap<>();

  /**
   * Holds the number and the times of the iterations that one rank recorded.
   *
   * @param iterations number of complete iterations, found by counting records; 0 if records are
   *     missing
   * @param marks start and end times of the iterations; null if records are missing
   */
  record Reference(int rank, int iterations, IterationMarks marks) {}

  ReferenceRanks(RunDirectory directory, List<RankPlace> ranks) {
    this.directory = directory;
    this.ranks = ranks;
  }

  /**
   * Returns the rank with the largest number of complete iterations among the first ranks in the
   * directory. The method returns null if each of the read logs lacks records.
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
   * Returns another rank whose log shows the times of the iterations of {@code rank}. The returned
   * rank recorded all iterations of the run, if possible. A rank of the same pipeline is preferred.
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
   * Returns the first of {@code candidates} with at least {@code enough} complete iterations. If no
   * candidate has enough iterations, the candidate with the most complete iterations is returned.
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

  /** Returns the ranks with logs in the directory, those of the same pipeline first. */
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
      // Warnings about the log of a compared rank are discarded here, because they are
      // added again when this rank itself is analyzed.
      InstructionLog log = directory.readInstructions(rank, new Warnings());
      IterationBlocks counted = IterationAssignment.counted(log, microbatches);
      boolean backwards = log.count(Instruction.BACKWARD) >= counted.complete * microbatches;
      if (counted.disjoint && counted.complete > 0 && backwards) {
        return new Reference(
            rank,
            counted.complete,
            IterationMarks.ofCompleteLog(log, microbatches, counted.complete));
      }
    } catch (UserError e) {
      // An error in the log of a compared rank is ignored here, because it is thrown again
      // when this rank itself is analyzed.
    }
    return new Reference(rank, 0, null);
  }
}
