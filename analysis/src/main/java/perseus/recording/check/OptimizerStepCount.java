package perseus.recording.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Warnings;

/**
 * Checks the number of microbatches that the user or {@code run.json} claims. The number of
 * forwards between two recorded optimizer steps must equal the claimed number of microbatches.
 */
final class OptimizerStepCount implements RankCheck {
  private static final int MIN_ITERATIONS = 3;

  /**
   * The claimed number of microbatches counts as wrong if at least the fraction {@code MIN_SHARE}
   * of the iterations has another number of forwards.
   */
  private static final double MIN_SHARE = 0.8;

  @Override
  public void check(RankRun run, Warnings warnings, ClockEvidence evidence) {
    List<Integer> counts = forwardsPerStep(run.iterations().log());
    Map<Integer, Integer> times = new HashMap<>();
    counts.forEach(count -> times.merge(count, 1, Integer::sum));
    times.forEach(
        (count, often) -> {
          if (count != run.numMicrobatches()
              && counts.size() >= MIN_ITERATIONS
              && often >= MIN_SHARE * counts.size()) {
            run.contradict(
                "an optimizer step of rank %d follows after every %d forwards"
                    .formatted(run.rank(), count),
                "--num-microbatches " + run.numMicrobatches(),
                warnings);
          }
        });
  }

  /** Returns the numbers of forwards between consecutive optimizer steps, without zeros. */
  private static List<Integer> forwardsPerStep(InstructionLog log) {
    int forward = log.kinds().indexOf(Instruction.FORWARD);
    int step = log.kinds().indexOf(Instruction.OPTIMIZER_STEP);
    List<Integer> counts = new ArrayList<>();
    int forwards = 0;
    for (int i = 0; i < log.size() && step >= 0; i++) {
      forwards += log.kind()[i] == forward ? 1 : 0;
      if (log.kind()[i] == step) {
        if (forwards > 0) {
          counts.add(forwards);
        }
        forwards = 0;
      }
    }
    return counts;
  }
}
