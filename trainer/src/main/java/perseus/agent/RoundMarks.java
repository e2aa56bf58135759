package perseus.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import perseus.agent.hosts.RoundReport;
import perseus.control.PipeInstruction;
import perseus.control.RankResult;
import perseus.gpu.ClocksInForce;
import perseus.pipeline.Instruction;
import perseus.record.RoundBreakdown;

/**
 * Collects the measurements of one rank under one frequency schedule.
 *
 * <p>A {@code RoundMarks} object is not thread-safe, except for the method {@link #report}.
 */
final class RoundMarks {
  private final int first;
  private final int last;
  private final boolean late;
  private final RoundBreakdown breakdown;
  private final List<Mark> marks = Collections.synchronizedList(new ArrayList<>());

  /**
   * Holds the start and the end of an iteration in seconds, and the cumulative energy of the GPU at
   * both times.
   */
  private record Mark(
      double start,
      double end,
      DoubleSupplier startJoules,
      DoubleSupplier endJoules,
      boolean evaluated) {}

  /**
   * Reads the cumulative energy of the rank's GPU in joules. The returned supplier waits until the
   * sensor has measured the energy up to the given time in seconds.
   */
  interface EnergyCounter {
    DoubleSupplier joulesAt(double seconds);
  }

  /**
   * @param first number of the first iteration under the frequency schedule, from 1
   * @param last number of the last iteration under the frequency schedule; 0 if the schedule stays
   *     in force until the training command ends
   * @param order the instructions of an iteration, in order of execution
   * @param ended number of the last iteration that the rank has ended. If the rank has already
   *     ended the iteration {@code first} under the previous frequency schedule, nothing is
   *     measured.
   */
  RoundMarks(int first, int last, List<PipeInstruction> order, int ended) {
    this.first = first;
    this.late = ended >= first;
    this.last = last == 0 ? Integer.MAX_VALUE : last;
    this.breakdown = last == 0 ? null : new RoundBreakdown(last - first + 1, order);
    if (breakdown != null && ended + 1 >= first) {
      breakdown.nextIteration();
    }
  }

  /**
   * Adds an executed instruction, with its start and end in seconds, to the measurements.
   *
   * @param ended number of the last iteration that the rank has ended
   */
  void executed(Instruction logged, double start, double end, int ended) {
    if (breakdown != null && ended + 1 >= first) {
      breakdown.executed(logged, start, end);
    }
  }

  /**
   * Adds an iteration to the measurements if it ran under the frequency schedule.
   *
   * @param iteration number of the iteration, from 1
   * @param start start of the iteration in seconds
   * @param end end of the iteration in seconds
   * @param evaluated whether an evaluation of the model ran during the iteration
   */
  void iterationEnded(
      int iteration, double start, double end, boolean evaluated, EnergyCounter counter) {
    if (!late && iteration >= first && iteration <= last) {
      marks.add(new Mark(start, end, counter.joulesAt(start), counter.joulesAt(end), evaluated));
    }
    if (breakdown != null && iteration + 1 >= first) {
      breakdown.nextIteration();
    }
  }

  /**
   * Returns the measurements of the rank so far under the frequency schedule.
   *
   * @param clocks clocks at which the GPU ran during the measured iterations; null on simulated
   *     GPUs
   */
  RoundReport report(int rank, ClocksInForce clocks) {
    List<Mark> counted = List.of(marks.toArray(Mark[]::new));
    return new RoundReport(
        counted.stream().map(Mark::evaluated).toList(),
        new RankResult(
            rank,
            each(counted, mark -> mark.end() - mark.start()),
            each(
                counted, mark -> mark.endJoules().getAsDouble() - mark.startJoules().getAsDouble()),
            breakdown == null ? null : breakdown.seconds(),
            breakdown == null ? null : breakdown.joules()),
        clocks);
  }

  private static double[] each(List<Mark> marks, ToDoubleFunction<Mark> quantity) {
    return marks.stream().mapToDouble(quantity).toArray();
  }
}
