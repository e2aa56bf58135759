package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.util.ArrayList;
import java.util.List;
import perseus.io.UserError;

/**
 * Interleaved 1F1B (Narayanan et al., SC 2021), in the order of Megatron-LM: each of R ranks holds
 * V stages that are R apart, rank r the stages r, r + R, r + 2 R and so on, so that the pipeline
 * fills V times as fast. A rank runs groups of R microbatches through each of its stages in turn;
 * {@code 2 (R - 1 - r) + (V - 1) R} forwards ahead, then one forward and one backward alternately,
 * then the backwards that are left.
 *
 * @param virtualStages stages per rank, V
 */
public record Interleaved(int virtualStages) implements PipelineSchedule {
  static final String NAME = "interleaved";
  private static final int USUAL_VIRTUAL_STAGES = 2;

  /**
   * @throws UserError if a rank would have fewer than 2 stages
   */
  public Interleaved {
    if (virtualStages < 2) {
      throw new UserError(
          "An interleaved schedule needs 2 or more stages per rank, not " + virtualStages + ".");
    }
  }

  /** The schedule that {@code interleaved:V} names; V is 2 where it is not given. */
  static Interleaved of(String flag) {
    String number = flag.substring(NAME.length()).replaceFirst(":", "");
    if (flag.length() > NAME.length() && !number.matches("\\d{1,4}")) {
      throw new UserError(
          "The schedule '%s' should be interleaved:V with V stages per rank, such as interleaved:2."
              .formatted(flag));
    }
    return new Interleaved(number.isEmpty() ? USUAL_VIRTUAL_STAGES : Integer.parseInt(number));
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

  /** The {@code k}th forward or backward of a rank. */
  private Step step(Instruction instruction, int k, int rank, int ranks) {
    int chunk = k / ranks % virtualStages;
    int microbatch = k / (ranks * virtualStages) * ranks + k % ranks;
    if (instruction.equals(BACKWARD)) {
      chunk = virtualStages - 1 - chunk;
    }
    return new Step(chunk * ranks + rank, instruction, microbatch);
  }
}
