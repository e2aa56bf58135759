package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.util.ArrayList;
import java.util.List;
import perseus.io.UserError;

/**
 * Implements one pipeline schedule, the interleaved 1F1B schedule of Megatron-LM, in which each
 * rank holds several stages. Each of R ranks holds V stages: rank r holds the stages r, r + R, r +
 * 2 R and so on.
 *
 * <p>With R ranks, each rank runs the forwards of R microbatches on its first stage, then the
 * forwards of the same microbatches on its second stage, and so on. After the forwards on its last
 * stage, a rank runs the forwards of the next R microbatches on its first stage, where R is the
 * number of ranks. The forwards of a rank are numbered k = 0, 1, ... in execution order. The V
 * stages of a rank are numbered from 0 to V - 1. With R ranks and V stages per rank, forward k of a
 * rank runs for microbatch R floor(k / (R V)) + (k mod R). With R ranks and V stages per rank,
 * forward k of a rank runs on the rank's stage with the number floor(k / R) mod V. Backward k of a
 * rank runs for the same microbatch as forward k, on the rank's stage with the number V - 1 -
 * (floor(k / R) mod V). Rank r of R ranks with V stages each starts an iteration with 2 (R - 1 - r)
 * + (V - 1) R forwards. After its first forwards, a rank alternates one forward and one backward,
 * and finally runs the remaining backwards.
 *
 * <p>With M microbatches and R ranks with V stages each, an iteration takes the time (M V + R - 1)
 * (f + b), if every forward takes the time f and every backward takes the time b. With one stage
 * per rank instead of V, each stage would be V times as large, and the pipeline would take V times
 * as long to fill. Limits: the number of microbatches M must be a multiple of the number of ranks
 * R. The schedule is from Narayanan et al., Efficient Large-Scale Language Model Training on GPU
 * Clusters Using Megatron-LM, SC 2021.
 *
 * @param virtualStages V, the number of stages per rank
 */
public record Interleaved(int virtualStages) implements PipelineSchedule {
  static final String NAME = "interleaved";
  private static final int DEFAULT_VIRTUAL_STAGES = 2;

  /**
   * Creates an interleaved schedule with {@code virtualStages} stages per rank.
   *
   * @throws UserError if {@code virtualStages} is below 2
   */
  public Interleaved {
    if (virtualStages < 2) {
      throw new UserError(
          "An interleaved schedule needs 2 or more stages per rank, not " + virtualStages + ".");
    }
  }

  /**
   * Returns the interleaved schedule for the name {@code interleaved:V} or {@code interleaved}. The
   * name {@code interleaved} means 2 stages per rank.
   *
   * @throws UserError if V is not a whole number of at least 2
   */
  static Interleaved of(String name) {
    String number = name.substring(NAME.length()).replaceFirst(":", "");
    if (name.length() > NAME.length() && !number.matches("\\d{1,4}")) {
      throw new UserError(
          "The schedule '%s' must have the form interleaved:V with V stages per rank, such as interleaved:2."
              .formatted(name));
    }
    return new Interleaved(number.isEmpty() ? DEFAULT_VIRTUAL_STAGES : Integer.parseInt(number));
  }

  @Override
  public String name() {
    return NAME + ":" + virtualStages;
  }

  @Override
  public String toString() {
    return name();
  }

  @Override
  public void requireFits(int ranks, int microbatches) {
    if (microbatches % ranks != 0) {
      throw new UserError(
          "The schedule %s on %d ranks needs a number of microbatches that is a multiple of %d, not %d."
              .formatted(name(), ranks, ranks, microbatches));
    }
  }

  @Override
  public List<Step> rankSteps(int rank, int ranks, int microbatches) {
    int total = microbatches * virtualStages;
    int ahead = Math.min(total, 2 * (ranks - 1 - rank) + (virtualStages - 1) * ranks);
    List<Step> steps = new ArrayList<>(2 * total);
    for (int k = 0; k < total + ahead; k++) {
      if (k < total) {
        steps.add(step(FORWARD, k, rank, ranks));
      }
      if (k >= ahead) {
        steps.add(step(BACKWARD, k - ahead, rank, ranks));
      }
    }
    return steps;
  }

  /**
   * Returns the forward or the backward that has the number {@code k} in the execution order of a
   * rank. The forwards of a rank are numbered from 0, and so are its backwards.
   */
  private Step step(Instruction instruction, int k, int rank, int ranks) {
    int chunk = k / ranks % virtualStages;
    int microbatch = k / (ranks * virtualStages) * ranks + k % ranks;
    if (instruction.equals(BACKWARD)) {
      chunk = virtualStages - 1 - chunk;
    }
    return new Step(chunk * ranks + rank, instruction, microbatch);
  }
}
