package perseus.recording.iteration;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.pipeline.Instruction;
import perseus.recording.csv.InstructionLogReader;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.IterationRange;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.run.RunDirectory;

/**
 * Finds out which iteration a rank's records belong to. Mostly counting tells. Where records are
 * missing it would give every later iteration a wrong number, and so a wrong frequency; then the
 * rank's other instructions tell, or the other ranks of its pipeline, which run each iteration at
 * the same time ({@link IterationMarks}). What neither tells is refused.
 */
public final class IterationAlignment {
  /** A pause longer than this share of an iteration may be a hole in all ranks' logs. */
  private static final double LONG_PAUSE = 0.75;

  /** With a larger share of forwards that end too late, a clock is off. */
  private static final double MOST_LATE = 0.05;

  /** Ranks that are read, of a run that ended early, to find out how far it got. */
  private static final int FEW_RANKS = 4;

  private final RunDirectory directory;
  private final List<RankPlace> ranks;
  private final IterationRange range;
  private final Warnings warnings;

  /** What was found of each rank that others were compared with. */
  private final Map<Integer, Reference> references = new HashMap<>();

  /** A rank's iterations, by counting; without marks where its own records are missing. */
  private record Reference(int rank, int iterations, IterationMarks marks) {}

  /**
   * @param ranks all ranks of the job
   * @param range iterations to analyze; null for all
   */
  public IterationAlignment(
      RunDirectory directory, List<RankPlace> ranks, IterationRange range, Warnings warnings) {
    this.directory = directory;
    this.ranks = ranks;
    this.range = range;
    this.warnings = warnings;
  }

  /**
   * The iterations of {@code rank}, whose log is {@code log}.
   *
   * @throws UserError if records are missing and the iteration of others cannot be told, or all
   *     backwards are
   */
  public IterationBlocks iterations(RankPlace rank, InstructionLog log) {
    MicrobatchCounts counts = MicrobatchCounts.of(log);
    Optional<Instruction> forward = counts.forwardWithoutBackward();
    // Another framework may call backwards anything, but calls them the same on every rank.
    if (forward.isPresent() && (counts.hasNoOtherComputations() || reference(rank) != null)) {
      throw counts.withoutBackwards(rank.rank(), forward.get());
    }
    IterationBlocks found = find(rank, log);
    counts.warnOfCut(rank.rank(), found.complete, directory.numMicrobatches, warnings);
    return found;
  }

  private IterationBlocks find(RankPlace rank, InstructionLog log) {
    int microbatches = directory.numMicrobatches;
    int planned = directory.lastIteration;
    IterationBlocks counted = IterationBlocks.counted(log, microbatches);
    if (counted.disjoint && lacksNone(log, planned)) {
      return counted;
    }
    IterationMarks own = IterationMarks.ofOwn(log, microbatches, planned);
    if (own != null) {
      IterationBlocks timed = IterationBlocks.timed(log, microbatches, own);
      if (timed.areMostlyWhole()) {
        return timed;
      }
    }
    if (counted.disjoint) {
      Reference farthest = farthest();
      if (farthest == null || farthest.iterations == counted.complete) {
        refuseHole(counted);
        return counted;
      }
    }
    return beside(reference(rank), rank, log);
  }

  /** Whether each kind but rare ones occurs as often as {@code iterations} iterations need. */
  private boolean lacksNone(InstructionLog log, int iterations) {
    int[] whole = IterationMarks.wholeBlocks(log, directory.numMicrobatches, iterations);
    return IntStream.range(0, whole.length)
        .allMatch(k -> whole[k] > 0 || 2 * log.counts()[k] < iterations);
  }

  private IterationBlocks beside(Reference reference, RankPlace rank, InstructionLog log) {
    String what =
        log.file()
            + " lacks records, and which iterations the ones after them belong to cannot be told: ";
    String remedy =
        directory.manifest != null
            ? " Record again."
            : " Check --num-microbatches, or record again.";
    if (reference == null) {
      throw new UserError(what + "no other rank's log is whole." + remedy);
    }
    IterationBlocks timed = IterationBlocks.timed(log, directory.numMicrobatches, reference.marks);
    MicrobatchCounts counts = MicrobatchCounts.of(log);
    if (!timed.areMostlyWhole() && counts.areUneven()) {
      throw counts.uneven(rank.rank());
    }
    if (!timed.areMostlyWhole() || isOff(log, timed, reference.marks)) {
      throw new UserError(
          "%sits times do not fit those of rank %d. Do the ranks' clocks differ?%s"
              .formatted(what, reference.rank, remedy));
    }
    return timed;
  }

  /**
   * Whether a log's clock is off by a part of an iteration, or by whole ones: forwards end so late
   * that not half a backward would fit between them and their iteration's last, or the log begins
   * before, or goes on after, the run of which these are the marks.
   */
  private boolean isOff(InstructionLog log, IterationBlocks timed, IterationMarks marks) {
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
    // A run that was killed may have begun one more iteration.
    return late > MOST_LATE * forwards
        || after > directory.numMicrobatches
        || (after > 0 && (!timed.has(0) || timed.damaged[0]));
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

  /** The rank, of the first few, that recorded most iterations; null where none is whole. */
  private Reference farthest() {
    return longest(
        ranks.stream()
            .filter(rank -> directory.ranks.contains(rank.rank()))
            .limit(FEW_RANKS)
            .toList(),
        directory.lastIteration);
  }

  /** A rank to compare {@code rank} with: as near as may be and as long as any; null for none. */
  private Reference reference(RankPlace rank) {
    Reference farthest = farthest();
    return longest(
        inOrder(rank).stream().filter(other -> other.rank() != rank.rank()).toList(),
        farthest == null ? directory.lastIteration : farthest.iterations);
  }

  /** The first of {@code some} ranks with {@code enough} iterations, else the one with most. */
  private Reference longest(List<RankPlace> some, int enough) {
    Reference best = null;
    for (RankPlace rank : some) {
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

  /** The ranks in this directory, those of the same pipeline as {@code rank} first. */
  private List<RankPlace> inOrder(RankPlace rank) {
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
    return references.computeIfAbsent(rank, this::readReference);
  }

  private Reference readReference(int rank) {
    int microbatches = directory.numMicrobatches;
    try {
      // What is wrong with it is said when its own turn comes.
      InstructionLog log =
          InstructionLogReader.read(directory.instructions(rank), rank, new Warnings());
      IterationBlocks counted = IterationBlocks.counted(log, microbatches);
      boolean backwards = log.count(Instruction.BACKWARD) >= counted.complete * microbatches;
      if (counted.disjoint && counted.complete > 0 && backwards) {
        return new Reference(
            rank, counted.complete, IterationMarks.ofBlocks(log, microbatches, counted.complete));
      }
    } catch (UserError e) {
      // It will be thrown again when its own turn comes.
    }
    return new Reference(rank, 0, null);
  }

  /**
   * Of a run with fewer iterations than planned, notices a pause long enough for the others: they
   * may be missing from every rank's log.
   */
  private void refuseHole(IterationBlocks counted) {
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
    double more = pauses[longest] - Quantile.median(pauses);
    int before = longest + 1;
    if (!(more > LONG_PAUSE * Quantile.median(periods))
        || (range != null && range.last() <= before)) {
      return;
    }
    String sentence =
        String.format(
            Locale.ROOT,
            "%s holds %d of %d iterations, and after iteration %d comes a pause of %.3g s",
            counted.log().file(),
            n,
            directory.lastIteration,
            before,
            pauses[longest]);
    if (directory.manifest != null) {
      throw new UserError(
          sentence
              + ", as if records were missing from every rank's log: at which frequency later ones"
              + " ran cannot be told; give --iterations 1-"
              + before
              + " to analyze those before, or record again.");
    }
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "pause",
            Warning.JOB,
            1,
            more,
            sentence
                + "; if records are missing there, the later ones are labelled with wrong"
                + " frequencies."));
  }
}
