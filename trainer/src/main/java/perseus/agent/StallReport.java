package perseus.agent;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import perseus.io.Named;

/**
 * Tells the user which ranks a job is waiting for, or that all ranks have stopped sending messages.
 * The user gets at most one message about waiting ranks under each frequency schedule. After the
 * last iteration under a frequency schedule, each rank waits until all other ranks have also ended
 * this iteration.
 */
final class StallReport {
  private static final double WAIT_SECONDS = 10;
  private static final double SILENCE_SECONDS = 30;
  private static final double NO_ITERATION_SECONDS = 120;

  private final LongSupplier nanoTime;
  private final Consumer<String> report;
  private int target;
  private long waitingSince;
  private boolean waiting;
  private boolean said;

  StallReport(LongSupplier nanoTime, Consumer<String> report) {
    this.nanoTime = nanoTime;
    this.report = report;
  }

  /**
   * Tells the user if ranks wait too long for other ranks, or if all ranks send no messages for too
   * long. The agent calls the method {@code check} about once a second.
   *
   * @param expected number of ranks that will connect
   * @param last number of the iteration after which ranks wait for each other; 0 if they do not
   *     wait
   */
  void check(Collection<SteeredRank> ranks, int expected, int last) {
    long now = nanoTime.getAsLong();
    if (last != target) {
      target = last;
      waiting = false;
      said = false;
    }
    if (said) {
      return;
    }
    String sentence = last == 0 ? silence(ranks, now) : waits(ranks, expected, last, now);
    if (sentence != null) {
      said = true;
      report.accept(sentence);
    }
  }

  /**
   * Returns a sentence for the user if ranks wait too long for other ranks. Also returns a sentence
   * if no rank ends its first iteration, or if a rank reports iterations but no instructions.
   * Otherwise returns null.
   */
  private String waits(Collection<SteeredRank> ranks, int expected, int last, long now) {
    List<SteeredRank> done = ranks.stream().filter(rank -> rank.iterations() >= last).toList();
    List<SteeredRank> behind = ranks.stream().filter(rank -> rank.iterations() < last).toList();
    if (!done.isEmpty() && (!behind.isEmpty() || ranks.size() < expected)) {
      if (!waiting) {
        waiting = true;
        waitingSince = now;
      } else if ((now - waitingSince) / 1e9 >= WAIT_SECONDS) {
        return sentence(done, behind, ranks.size(), expected, now);
      }
      return null;
    }
    waiting = false;
    for (SteeredRank rank : done) {
      if (last == 1 && rank.instructions() == 0) {
        return withoutInstructions(rank);
      }
    }
    if (last == 1
        && !behind.isEmpty()
        && behind.stream()
            .allMatch(rank -> (now - rank.startNanos()) / 1e9 >= NO_ITERATION_SECONDS)) {
      return noIteration(behind, now);
    }
    return behind.isEmpty() ? null : silence(ranks, now);
  }

  /**
   * Returns a sentence for the user if all ranks have sent no message for {@value #SILENCE_SECONDS}
   * seconds; null otherwise.
   */
  private static String silence(Collection<SteeredRank> ranks, long now) {
    if (ranks.stream().allMatch(rank -> rank.iterations() == 0)
        || ranks.stream().anyMatch(SteeredRank::gone)) {
      return null;
    }
    SteeredRank latest = Collections.max(ranks, Comparator.comparing(SteeredRank::heardNanos));
    SteeredRank first = Collections.min(ranks, Comparator.comparing(SteeredRank::heardNanos));
    if ((now - latest.heardNanos()) / 1e9 < SILENCE_SECONDS) {
      return null;
    }
    return "No rank has reported anything for %.0f s, and rank %d for the longest time: %.0f s, after %s. The job stalls, unless it evaluates or saves a checkpoint."
        .formatted(
            (now - latest.heardNanos()) / 1e9,
            first.hello().rank(),
            (now - first.heardNanos()) / 1e9,
            Named.count(first.iterations(), "iteration"));
  }

  private String sentence(
      List<SteeredRank> done, List<SteeredRank> behind, int connected, int expected, long now) {
    List<String> reasons = new ArrayList<>();
    for (SteeredRank rank : behind.subList(0, Math.min(3, behind.size()))) {
      reasons.add(
          rank.gone()
              ? "rank %d (which has ended after iteration %d)"
                  .formatted(rank.hello().rank(), rank.iterations())
              : "rank %d (last report %s, in iteration %d)"
                  .formatted(rank.hello().rank(), lastReport(rank, now), rank.iterations() + 1));
    }
    if (behind.size() > 3) {
      reasons.add(Named.count(behind.size() - 3, "further rank"));
    }
    if (connected < expected) {
      reasons.add(
          "%s of %d (without a recorder)"
              .formatted(Named.count(expected - connected, "rank"), expected));
    }
    String ahead =
        done.size() == 1
            ? "Rank %d waits".formatted(done.get(0).hello().rank())
            : "%d ranks wait".formatted(done.size());
    String cause =
        behind.isEmpty()
            ? "Every rank must attach the recorder and call perseus.iteration_done() after each optimizer step."
            : "Either a rank hangs or is slow, or it does not call perseus.iteration_done() after each optimizer step.";
    return "%s for %s. %s".formatted(ahead, Named.list(reasons), cause);
  }

  /**
   * Returns a sentence which tells the user that no rank has ended an iteration. The sentence names
   * the rank with the latest message and the rank that has been silent for the longest time.
   */
  private static String noIteration(List<SteeredRank> ranks, long now) {
    SteeredRank latest = Collections.max(ranks, Comparator.comparing(SteeredRank::heardNanos));
    SteeredRank first = Collections.min(ranks, Comparator.comparing(SteeredRank::heardNanos));
    return "No iteration has ended in the %.0f s since the ranks connected. Rank %d was heard of last, %s%s. Either a rank hangs in its first iteration, or the script does not call perseus.iteration_done() after each optimizer step."
        .formatted(
            ranks.stream().mapToDouble(rank -> (now - rank.startNanos()) / 1e9).max().orElse(0),
            latest.hello().rank(),
            lastReport(latest, now),
            latest == first
                ? ""
                : "; rank %d has been silent for the longest time: its last report was %s"
                    .formatted(first.hello().rank(), lastReport(first, now)));
  }

  /** Returns when a rank sent its last message, and what it has run until then. */
  private static String lastReport(SteeredRank rank, long now) {
    String instruction = rank.lastInstruction();
    return "%.0f s ago, %s"
        .formatted(
            (now - rank.heardNanos()) / 1e9,
            instruction != null
                ? "after the " + instruction
                : rank.instructions() == 0
                    ? "before it had ended an instruction"
                    : "after " + Named.count(rank.instructions(), "instruction"));
  }

  /**
   * Returns a sentence which tells the user that a rank has never reported the end of an iteration.
   */
  static String withoutIterations(SteeredRank rank) {
    String reported =
        rank.instructions() == 0
            ? "no instruction"
            : Named.count(rank.instructions(), "instruction");
    return "Rank %d has reported %s, and never the end of an iteration. Either it hung or ended in its first iteration, or the script does not call perseus.iteration_done() after each optimizer step."
        .formatted(rank.hello().rank(), reported);
  }

  private static String withoutInstructions(SteeredRank rank) {
    return "Rank %d has ended %s, but has reported no instruction. Attach the recorder to the schedule or engine that trains, or mark instructions with perseus.instruction()."
        .formatted(rank.hello().rank(), Named.count(rank.iterations(), "iteration"));
  }

  /**
   * Returns a sentence which tells the user why the training command has ended before anything was
   * measured.
   */
  static String nothingMeasured(Collection<SteeredRank> ranks, int expected) {
    for (SteeredRank rank : ranks) {
      if (rank.iterations() == 0) {
        return withoutIterations(rank);
      } else if (rank.instructions() == 0) {
        return withoutInstructions(rank);
      }
    }
    return ranks.size() < expected
        ? "Only %d of %d ranks have connected, so that nothing was measured. Call perseus.connect or perseus.attach on every rank."
            .formatted(ranks.size(), expected)
        : "The command has ended before the first schedule was measured; let it run for more iterations.";
  }
}
