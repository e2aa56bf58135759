package perseus.recording.iteration;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.pipeline.Instruction;
import perseus.recording.iteration.ReferenceRanks.Reference;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.IterationRange;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.run.RunDirectory;

/**
 * Finds the iterations in an instruction log, also if records are missing.
 *
 * <p>Without missing records, the records are counted, because each iteration has a fixed number of
 * records of each instruction. With missing records, counting would assign all later records to
 * wrong iterations, and so to wrong frequencies. If records are missing, the times of instructions
 * without missing records show when each iteration begins and ends ({@link IterationMarks}). If
 * every instruction lacks records, the times in the log of another rank are used, preferably of the
 * same pipeline. All ranks of a pipeline run an iteration at about the same time. If the iteration
 * times in the logs of two ranks do not match, an error is thrown. The class {@link
 * IterationAssignment} assigns the records to the iterations.
 */
public final class IterationAlignment {
  /**
   * If all ranks lack the records of an iteration, the pause between two iterations is about one
   * iteration period longer. A pause counts as too long if it exceeds the median pause by this
   * fraction of the median iteration period.
   */
  private static final double MIN_EXCESS_PERIODS = 0.75;

  /**
   * If more than the fraction {@code MAX_LATE_SHARE} of the forwards end too late in their
   * iterations, the clocks of the two compared ranks differ.
   */
  private static final double MAX_LATE_SHARE = 0.05;

  private final RunDirectory directory;
  private final IterationRange range;
  private final Warnings warnings;
  private final ReferenceRanks references;

  /**
   * @param directory directory with the logs of the ranks
   * @param ranks all ranks of the job
   * @param range iterations to analyze; null for all iterations
   * @param warnings receives a warning about each problem in the logs
   */
  public IterationAlignment(
      RunDirectory directory, List<RankPlace> ranks, IterationRange range, Warnings warnings) {
    this.directory = directory;
    this.range = range;
    this.warnings = warnings;
    references = new ReferenceRanks(directory, ranks);
  }

  /**
   * Assigns the records of a rank to iterations. If records are missing, the logs of other ranks
   * may be read for comparison.
   *
   * @param rank rank whose records are assigned to iterations
   * @param log instruction log of the rank
   * @throws UserError if the log lacks all backwards, or some backwards of every iteration, or if
   *     the iterations of the records cannot be found
   */
  public IterationBlocks iterations(RankPlace rank, InstructionLog log) {
    MicrobatchCounts counts = MicrobatchCounts.of(log);
    Optional<Instruction> forward = counts.forwardWithoutBackward();
    // Some frameworks use unusual names for backwards, but the same names on all ranks. If
    // another rank's log has backwards with the usual name, the backwards are missing in the
    // log of the current rank.
    if (forward.isPresent() && (counts.hasNoOtherComputations() || references.near(rank) != null)) {
      throw counts.withoutBackwards(rank.rank(), forward.get());
    }
    IterationBlocks found = find(rank, log);
    Optional<UserError> lacking =
        counts.lackingInEach(rank.rank(), found.complete, directory.numMicrobatches);
    if (lacking.isPresent()) {
      throw lacking.get();
    }
    counts.warnOfCut(rank.rank(), found.complete, directory.numMicrobatches, warnings);
    return found;
  }

  private IterationBlocks find(RankPlace rank, InstructionLog log) {
    int microbatches = directory.numMicrobatches;
    int planned = directory.lastIteration;
    IterationBlocks counted = IterationAssignment.counted(log, microbatches);
    if (counted.disjoint && hasAllRecords(log, planned)) {
      return counted;
    }
    IterationMarks own = IterationMarks.ofIncompleteLog(log, microbatches, planned);
    if (own != null) {
      IterationBlocks timed = IterationAssignment.timed(log, microbatches, own);
      if (timed.areMostlyWhole()) {
        return timed;
      }
    }
    if (counted.disjoint) {
      Reference longest = references.longest();
      if (longest == null || longest.iterations() == counted.complete) {
        // No other rank recorded more iterations, so a missing iteration is missing in all logs.
        checkForGap(counted);
        return counted;
      }
    }
    return comparedWith(references.near(rank), rank, log);
  }

  /**
   * Returns whether each instruction has the right number of records for the given number of
   * iterations. An instruction that is missing in more than half of the iterations is ignored.
   */
  private boolean hasAllRecords(InstructionLog log, int iterations) {
    int[] whole = IterationMarks.recordsPerIteration(log, directory.numMicrobatches, iterations);
    return IntStream.range(0, whole.length)
        .allMatch(k -> whole[k] > 0 || 2 * log.counts()[k] < iterations);
  }

  private IterationBlocks comparedWith(Reference reference, RankPlace rank, InstructionLog log) {
    if (reference == null) {
      throw unknownIterations(log, "no other rank has a complete log to compare it with.");
    }
    IterationBlocks timed =
        IterationAssignment.timed(log, directory.numMicrobatches, reference.marks());
    MicrobatchCounts counts = MicrobatchCounts.of(log);
    if (!timed.areMostlyWhole() && counts.areUneven()) {
      throw counts.uneven(rank.rank());
    }
    if (!timed.areMostlyWhole() || isClockOff(log, timed, reference.marks())) {
      throw unknownIterations(
          log,
          "its times do not match those of rank %d. Do the host clocks of the two ranks differ?"
              .formatted(reference.rank()));
    }
    return timed;
  }

  private UserError unknownIterations(InstructionLog log, String reason) {
    return new UserError(
        "%s lacks records, and the iterations of the later records cannot be determined: %s%s"
            .formatted(
                log.file(),
                reason,
                directory.manifest != null
                    ? " Record again."
                    : " Check --num-microbatches, or record again."));
  }

  /**
   * Returns whether the clocks of two ranks differ, for example because the ranks ran on different
   * hosts.
   *
   * <p>If the clocks differ by less than an iteration, many forwards seem to end too late in their
   * iteration. A forward ends too late if less than half of a mean backward's duration remains
   * until its iteration ends. If the clocks differ by whole iterations, {@code log} begins before
   * the first iteration of {@code marks}, or continues after the last iteration.
   *
   * @param timed iterations to which the records were assigned
   * @param marks start and end times of the iterations in another rank's log
   */
  private boolean isClockOff(InstructionLog log, IterationBlocks timed, IterationMarks marks) {
    double backwardSeconds = meanSeconds(log, Instruction.BACKWARD);
    int forwards = 0;
    int late = 0;
    int after = 0;
    for (int i = 0; i < log.size(); i++) {
      Instruction kind = log.kinds().get(log.kind()[i]);
      if (!kind.isComputation() || log.damaged()[i]) {
        continue;
      }
      int iteration = marks.iteration(kind, log.start()[i]);
      if (iteration < 0) {
        return true;
      }
      if (kind.equals(Instruction.FORWARD)) {
        forwards++;
        if (iteration == marks.iterations()) {
          after++;
        } else if (log.end()[i] + backwardSeconds / 2 > marks.lastBackward()[iteration]) {
          late++;
        }
      }
    }
    // A killed run may have begun one more iteration after its last complete iteration.
    return late > MAX_LATE_SHARE * forwards
        || after > directory.numMicrobatches
        || (after > 0 && (!timed.hasRecords(0) || timed.damaged[0]));
  }

  private static double meanSeconds(InstructionLog log, Instruction instruction) {
    int kind = log.kinds().indexOf(instruction);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < log.size(); i++) {
      if (log.kind()[i] == kind && !log.damaged()[i]) {
        sum += log.end()[i] - log.start()[i];
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /**
   * Looks for a long pause between two iterations if a run has fewer iterations than planned. The
   * records of the iterations during a long pause may be missing from the logs of all ranks. A long
   * pause is an error if {@code run.json} states the planned number of iterations, else a warning.
   * A pause after all analyzed iterations is ignored.
   */
  private void checkForGap(IterationBlocks counted) {
    int n = counted.complete;
    if (n >= directory.lastIteration || n < 3) {
      return;
    }
    double[] pauses = new double[n - 1];
    double[] periods = new double[n - 1];
    int longest = 0;
    for (int k = 0; k + 1 < n; k++) {
      pauses[k] = counted.start[k + 1] - counted.end[k];
      periods[k] = counted.start[k + 1] - counted.start[k];
      longest = pauses[k] > pauses[longest] ? k : longest;
    }
    double excess = pauses[longest] - Quantile.median(pauses);
    int before = longest + 1;
    if (!(excess > MIN_EXCESS_PERIODS * Quantile.median(periods))
        || (range != null && range.last() <= before)) {
      return;
    }
    String finding =
        String.format(
            Locale.ROOT,
            "%s holds %d of %d iterations, with a pause of %.3g s after iteration %d; there, records"
                + " may be missing from the logs of all ranks.",
            counted.log().file(),
            n,
            directory.lastIteration,
            pauses[longest],
            before);
    if (directory.manifest != null) {
      throw new UserError(
          "%s The frequencies of later iterations are unknown then; give --iterations 1-%d to analyze the earlier iterations only, or record again."
              .formatted(finding, before));
    }
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "pause",
            Warning.JOB,
            1,
            excess,
            finding + " If so, later iterations are labelled with wrong frequencies."));
  }
}
