package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.util.ArrayList;
import java.util.List;
import perseus.io.UserError;

/**
 * Orders the computations of each rank by the interleaved 1F1B schedule of Megatron-LM. Each of R
 * ranks holds V stages. Rank r holds the stages r, r + R, r + 2 R and so on.
 *
 * <p>A rank runs groups of R microbatches through each of its stages in turn. Let k = 0, 1, ...
 * number the forwards of a rank. Forward k is the forward of microbatch R floor(k / (R V)) + k mod
 * R on the rank's stage number floor(k / R) mod V. Backward k is the backward of the same
 * microbatch on the rank's stage number V - 1 - floor(k / R) mod V. Rank r starts with 2 (R - 1 -
 * r) + (V - 1) R forwards. Then the rank alternates one forward and one backward. Finally the rank
 * runs the remaining backwards.
 *
 * <p>Let M be the number of microbatches. Let f be the time of a forward and b the time of a
 * backward of one of V R equal stages. Then an iteration takes (M V + R - 1) (f + b). The pipeline
 * fills V times as fast as with one larger stage per rank. Limits: M must be a multiple of R.
 * Source: Narayanan et al., Efficient Large-Scale Language Model Training on GPU Clusters Using
 * Megatron-LM, SC 2021.
 *
 * @param virtualStages number of stages per rank, V
 */
public record Interleaved(int virtualStages) implements PipelineSchedule {
  static final String NAME = "interleaved";
  private static final int DEFAULT_VIRTUAL_STAGES = 2;

  /**
   * Creates a schedule.
   *
   * @throws UserError if a rank would have fewer than 2 stages
   */
  public Interleaved {
    if (virtualStages < 2) {
      throw new UserError(
          "An interleaved schedule needs 2 or more stages per rank, not " + virtualStages + ".");
    }
  }

  /**
   * Returns the schedule for the name {@code interleaved:V} or {@code interleaved}. Without V, each
   * rank has 2 stages.
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
   * Returns the forward or backward number {@code k} of a rank. Forwards and backwards are numbered
   * from 0.
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
