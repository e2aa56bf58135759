package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.UserError;

/**
 * Implements the interleaved 1F1B schedule of Megatron-LM, in which each rank holds several stages.
 * With R ranks, rank r holds the stages r, r + R, r + 2 R and so on.
 *
 * <p>Microbatches are in groups of equal size, except for the last group. Each rank runs the
 * forwards of a group on its first stage, then on its second stage, and so on. After the forwards
 * on its last stage, a rank goes on with the next group on its first stage. The k-th backward of a
 * rank runs for the same microbatch as its k-th forward. If the forward runs on the c-th stage of
 * the rank, the backward runs on the c-th stage from the end. After its first forwards, a rank
 * alternates one forward and one backward, and finally runs the remaining backwards.
 *
 * <pre>
 * first forwards of rank r = 2 (R - 1 - r) + (V - 1) N
 * time of an iteration     = (M V + R - 1) (f + b), if N = R and M is a multiple of R
 * R      number of ranks
 * V      number of stages per rank
 * N      number of microbatches in a group
 * M      number of microbatches in an iteration
 * f, b   time of a forward and of a backward
 * </pre>
 *
 * <p>By default a group has as many microbatches as the pipeline has ranks. Newer versions of
 * Megatron-LM can use other group sizes, which users set with {@code
 * microbatch_group_size_per_virtual_pipeline_stage}. For M microbatches and R ranks, PyTorch's
 * {@code ScheduleInterleaved1F1B} has groups of M / max(1, M / R) microbatches. Both quotients are
 * rounded down.
 *
 * <p>With one stage per rank, the stages would be larger, and the pipeline would take longer to
 * fill. Limits: every group has at least as many microbatches as the pipeline has ranks. With
 * groups of fewer microbatches than ranks, the ranks can deadlock (wait for each other without
 * end). The schedule is from Narayanan et al., Efficient Large-Scale Language Model Training on GPU
 * Clusters Using Megatron-LM, SC 2021.
 *
 * @param virtualStages number of stages per rank
 * @param groupSize number of microbatches in a group; {@link #OF_RANKS} for the number of ranks
 */
public record Interleaved(int virtualStages, int groupSize) implements PipelineSchedule {
  /** Value of {@code groupSize} for groups with as many microbatches as the pipeline has ranks. */
  public static final int OF_RANKS = 0;

  static final String NAME = "interleaved";
  private static final Pattern NAMED = Pattern.compile(NAME + "(?::(\\d{1,4})(?::(\\d{1,6}))?)?");
  private static final int DEFAULT_VIRTUAL_STAGES = 2;

  /**
   * Creates an interleaved schedule with {@code virtualStages} stages per rank.
   *
   * @throws UserError if {@code virtualStages} is below 2, or if {@code groupSize} is negative
   */
  public Interleaved {
    if (virtualStages < 2) {
      throw new UserError(
          "An interleaved schedule needs 2 or more stages per rank, not " + virtualStages + ".");
    }
    if (groupSize < 0) {
      throw new UserError(
          "An interleaved schedule cannot have groups of " + groupSize + " microbatches.");
    }
  }

  /**
   * Creates an interleaved schedule with as many microbatches in a group as the pipeline has ranks.
   *
   * @throws UserError if {@code virtualStages} is below 2
   */
  public Interleaved(int virtualStages) {
    this(virtualStages, OF_RANKS);
  }

  /**
   * Returns the interleaved schedule for a name of the form {@code interleaved}, {@code
   * interleaved:V} or {@code interleaved:V:N}. A rank holds V stages, and a group has N
   * microbatches. The name {@code interleaved} means 2 stages per rank.
   *
   * @throws UserError if no interleaved schedule has the name, or if a number in the name is too
   *     small
   */
  static Interleaved of(String name) {
    Matcher named = NAMED.matcher(name.toLowerCase(Locale.ROOT));
    if (!named.matches()) {
      throw new UserError(
          "The schedule '%s' must have the form interleaved:V with V stages per rank, such as interleaved:2, or interleaved:V:N with groups of N microbatches."
              .formatted(name));
    }
    int stages = named.group(1) == null ? DEFAULT_VIRTUAL_STAGES : Integer.parseInt(named.group(1));
    if (named.group(2) == null) {
      return new Interleaved(stages);
    }
    int group = Integer.parseInt(named.group(2));
    if (group == OF_RANKS) {
      throw new UserError("The schedule '%s' has groups of 0 microbatches.".formatted(name));
    }
    return new Interleaved(stages, group);
  }

  @Override
  public String name() {
    return NAME + ":" + virtualStages + (groupSize == OF_RANKS ? "" : ":" + groupSize);
  }

  @Override
  public String toString() {
    return name();
  }

  private int group(int ranks) {
    return groupSize == OF_RANKS ? ranks : groupSize;
  }

  @Override
  public void requireFits(int ranks, int microbatches) {
    int group = group(ranks);
    int last = microbatches % group;
    if (groupSize == OF_RANKS && last != 0) {
      throw new UserError(
          "The schedule %s on %d ranks needs a number of microbatches that is a multiple of %d, not %d%s."
              .formatted(
                  name(),
                  ranks,
                  ranks,
                  microbatches,
                  microbatches < ranks
                      ? ""
                      : "; interleaved:%d:%d has one group of all microbatches"
                          .formatted(virtualStages, microbatches)));
    }
    if (group < ranks || group > microbatches || last > 0 && last < ranks) {
      throw new UserError(
          "The schedule %s on %d ranks with %d microbatches needs groups of %d to %d microbatches, of which the last has at least %d."
              .formatted(name(), ranks, microbatches, ranks, microbatches, ranks));
    }
  }

  @Override
  public List<Step> rankSteps(int rank, int ranks, int microbatches) {
    int group = group(ranks);
    int total = microbatches * virtualStages;
    int ahead = Math.min(total, 2 * (ranks - 1 - rank) + (virtualStages - 1) * group);
    List<Step> forwards = new ArrayList<>(total);
    for (int first = 0; first < microbatches; first += group) {
      for (int chunk = 0; chunk < virtualStages; chunk++) {
        for (int m = first; m < Math.min(microbatches, first + group); m++) {
          forwards.add(new Step(chunk * ranks + rank, FORWARD, m));
        }
      }
    }
    List<Step> steps = new ArrayList<>(2 * total);
    for (int k = 0; k < total + ahead; k++) {
      if (k < total) {
        steps.add(forwards.get(k));
      }
      if (k >= ahead) {
        Step forward = forwards.get(k - ahead);
        int chunk = virtualStages - 1 - forward.stage() / ranks;
        steps.add(new Step(chunk * ranks + rank, BACKWARD, forward.microbatch()));
      }
    }
    return steps;
  }
}
