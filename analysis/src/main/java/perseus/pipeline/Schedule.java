package perseus.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import perseus.recording.InputException;
import perseus.recording.Instruction;

/** What orders the operations of an iteration. */
public interface Schedule {
  /** The name in flags and files. */
  String flag();

  /**
   * The DAG of an iteration.
   *
   * @param stages number of stages
   * @param microbatches number of microbatches
   * @param fixed per stage, the instructions other than the schedule's that it also runs: a load
   *     goes before each forward, reduce_grads and then optimizer_step after the last computation;
   *     others are ignored
   * @param transferSeconds per stage but the last, what an activation takes to the next stage, and
   *     a gradient back, in seconds, at least 0
   * @throws InputException if the schedule does not go with so many stages or microbatches
   */
  IterationDag dag(
      int stages,
      int microbatches,
      List<? extends Set<Instruction>> fixed,
      double[] transferSeconds);

  /**
   * The schedule that a flag names: one of {@link TrainSchedule}, or {@code interleaved:V}.
   *
   * @throws InputException if there is none of that name
   */
  static PipelineSchedule of(String flag) {
    if (flag.toLowerCase(Locale.ROOT).matches("interleaved(:.*)?")) {
      return Interleaved.of(flag);
    }
    return Arrays.stream(TrainSchedule.values())
        .filter(schedule -> schedule.flag().equalsIgnoreCase(flag))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "Unknown schedule '%s'; there are %s and interleaved:V."
                        .formatted(
                            flag,
                            Arrays.stream(TrainSchedule.values())
                                .map(TrainSchedule::flag)
                                .collect(Collectors.joining(", ")))));
  }
}
