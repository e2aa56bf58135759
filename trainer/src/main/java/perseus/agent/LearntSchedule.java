package perseus.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.Interleaved;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.RecordedSchedule;
import perseus.pipeline.ScheduleAction;
import perseus.pipeline.Schedules;
import perseus.pipeline.Step;

/**
 * Holds the order in which ranks run their forwards and backwards, learnt from the first iteration.
 *
 * @param microbatches number of microbatches in an iteration
 * @param positions for each position in a pipeline, its forwards and backwards in order of
 *     execution
 */
record LearntSchedule(int microbatches, List<List<Step>> positions) {
  /**
   * Combines the orders in which the ranks of a job run their forwards and backwards.
   *
   * @throws UserError if two ranks with the same position run different orders, if a position has
   *     no rank, or if no planner supports an instruction of the job
   */
  static LearntSchedule of(SortedMap<Integer, SteeredRank> ranks, int positions) {
    List<List<Step>> orders = new ArrayList<>();
    int microbatches = 0;
    for (int position = 0; position < positions; position++) {
      SteeredRank first = null;
      for (SteeredRank rank : ranks.values()) {
        if (rank.hello().ppRank() != position) {
          continue;
        }
        if (first == null) {
          first = rank;
          orders.add(rank.order().computations(rank.hello()));
          microbatches = Math.max(microbatches, rank.order().microbatches());
        } else if (!rank.order()
            .computations(rank.hello())
            .equals(first.order().computations(first.hello()))) {
          throw new UserError(
              "Ranks %d and %d are at position %d of their pipelines, but run their computations in different orders."
                  .formatted(first.hello().rank(), rank.hello().rank(), position));
        }
      }
      if (first == null) {
        throw new UserError("No rank at position %d of the pipeline reports.".formatted(position));
      }
    }
    requireNotation(orders);
    if (microbatches == 0) {
      throw new UserError(
          "No rank has reported a forward in its first iteration, so that perseus-run can set no clocks.");
    }
    return new LearntSchedule(microbatches, orders);
  }

  private static void requireNotation(List<List<Step>> orders) {
    for (List<Step> steps : orders) {
      for (Step step : steps) {
        if (!ScheduleAction.hasNotation(step.instruction())) {
          throw new UserError(
              "The job runs instructions of the kind %s, for which there are no plans yet. Mark its forward and its backward as two instructions."
                  .formatted(step.instruction()));
        }
      }
    }
  }

  /**
   * Returns the name of the pipeline schedule with the learnt order; {@link RecordedSchedule#NAME}
   * if no known schedule has this order.
   */
  String name() {
    return known().map(PipelineSchedule::name).orElse(RecordedSchedule.NAME);
  }

  /**
   * Returns the forwards and backwards of each position in a pipeline in the notation of {@link
   * ScheduleAction}, in order of execution.
   */
  List<List<String>> order() {
    return positions.stream()
        .map(steps -> steps.stream().map(ScheduleAction::text).toList())
        .toList();
  }

  private Optional<PipelineSchedule> known() {
    int chunks = (int) positions.get(0).stream().mapToInt(Step::stage).distinct().count();
    List<PipelineSchedule> candidates =
        chunks > 1
            ? List.of(new Interleaved(chunks), new Interleaved(chunks, firstForwards()))
            : List.of(
                Schedules.ONE_FORWARD_ONE_BACKWARD,
                Schedules.GPIPE,
                Schedules.EARLY_RECOMPUTE,
                Schedules.ZERO_BUBBLE);
    return candidates.stream().filter(this::equals).findFirst();
  }

  /**
   * Returns the number of forwards with which the first rank of a pipeline begins an iteration.
   * Only forwards of the rank's first stage count. For example, the result is 3 if the rank begins
   * with three forwards of stage 0 and a forward of stage 4.
   */
  private int firstForwards() {
    List<Step> steps = positions.get(0);
    int count = 0;
    while (count < steps.size()
        && steps.get(count).instruction().equals(Instruction.FORWARD)
        && steps.get(count).stage() == steps.get(0).stage()) {
      count++;
    }
    return count;
  }

  private boolean equals(PipelineSchedule schedule) {
    try {
      schedule.requireFits(positions.size(), microbatches);
    } catch (UserError e) {
      return false;
    }
    for (int position = 0; position < positions.size(); position++) {
      if (!schedule
          .rankSteps(position, positions.size(), microbatches)
          .equals(positions.get(position))) {
        return false;
      }
    }
    return true;
  }
}
