package perseus.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import perseus.agent.hosts.RoundReport;
import perseus.agent.wire.Report.IterationEnd;
import perseus.control.PipeInstruction;
import perseus.control.RankResult;
import perseus.gpu.ClocksInForce;
import perseus.pipeline.Instruction;
import perseus.record.RoundBreakdown;

/**
 * Collects what one rank measures in one round (the iterations under one frequency schedule).
 *
 * <p>Only one thread at a time may use an instance; {@link #report} may run beside others.
 */
final class RoundMarks {
  private final int first;
  private final int last;
  private final boolean late;
  private final RoundBreakdown breakdown;
  private final List<Mark> marks = Collections.synchronizedList(new ArrayList<>());

  /** Holds the start and end of an iteration and the energies at both. */
  private record Mark(
      double start,
      double end,
      DoubleSupplier startJoules,
      DoubleSupplier endJoules,
      boolean evaluated) {}

  /** Reads the energy of the rank's GPU at a time in seconds. */
  interface EnergyCounter {
    DoubleSupplier joulesAt(double seconds);
  }

  /**
   * @param first number of the round's first iteration, from 1
   * @param last number of its last iteration; 0 if it goes on until the command ends
   * @param order the instructions of an iteration
   * @param ended number of the last iteration that has ended. If the first one of the round has
   *     already ended, nothing is measured, because the rank has run it under the old schedule.
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
   * Takes an instruction that has run, with its start and end in seconds.
   *
   * @param ended number of the last iteration that has ended
   */
  void executed(Instruction logged, double start, double end, int ended) {
    if (breakdown != null && ended + 1 >= first) {
      breakdown.executed(logged, start, end);
    }
  }

  /**
   * Takes the end of an iteration.
   *
   * @param start start of the iteration in seconds
   * @param evaluated whether an evaluation ran inside the iteration
   */
  void iterationEnded(IterationEnd ended, double start, boolean evaluated, EnergyCounter counter) {
    if (!late && ended.iteration() >= first && ended.iteration() <= last) {
      marks.add(
          new Mark(
              start,
              ended.end(),
              counter.joulesAt(start),
              counter.joulesAt(ended.end()),
              evaluated));
    }
    if (breakdown != null && ended.iteration() + 1 >= first) {
      breakdown.nextIteration();
    }
  }

  /**
   * Returns the measurements.
   *
   * @param clocks the clocks in force; null on simulated GPUs
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
