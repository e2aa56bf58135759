package perseus.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import perseus.agent.wire.Report.IterationEnd;
import perseus.control.PipeInstruction;
import perseus.control.RankResult;
import perseus.pipeline.Instruction;
import perseus.record.RoundBreakdown;

/**
 * Collects what one rank measures in one round (the iterations under one frequency schedule).
 *
 * <p>Only one thread at a time may use an instance.
 */
final class RoundMarks {
  private final int first;
  private final int last;
  private final RoundBreakdown breakdown;
  private final List<Mark> marks = new ArrayList<>();

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
   * @param ended number of the last iteration that has ended
   */
  RoundMarks(int first, int last, List<PipeInstruction> order, int ended) {
    this.first = first;
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
    if (ended.iteration() >= first && ended.iteration() <= last) {
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

  /** Returns the number of measured iterations. */
  int count() {
    return marks.size();
  }

  /** Returns whether an evaluation ran inside the iteration with an index, from 0. */
  boolean evaluated(int index) {
    return marks.get(index).evaluated();
  }

  /**
   * Returns the measurements.
   *
   * @param indices the iterations of the round that count, from 0
   */
  RankResult result(int rank, List<Integer> indices) {
    List<Mark> counted = indices.stream().map(marks::get).toList();
    return new RankResult(
        rank,
        each(counted, mark -> mark.end() - mark.start()),
        each(counted, mark -> mark.endJoules().getAsDouble() - mark.startJoules().getAsDouble()),
        breakdown == null ? null : breakdown.seconds(),
        breakdown == null ? null : breakdown.joules());
  }

  private static double[] each(List<Mark> marks, ToDoubleFunction<Mark> quantity) {
    return marks.stream().mapToDouble(quantity).toArray();
  }
}
