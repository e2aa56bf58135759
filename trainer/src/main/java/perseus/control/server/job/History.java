package perseus.control.server.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import perseus.control.Measurement;
import perseus.control.RankInfo;
import perseus.control.Round;

/**
 * Stores the measured rounds of a job for the chart on the web page. The chart compares the rounds
 * with the time-energy frontier and with the baseline.
 */
final class History {
  /**
   * Maximum number of stored rounds. A chart cannot show more rounds. With this limit, the history
   * of a job that trains for weeks needs no more memory than that of a short job.
   */
  private static final int MAX_POINTS = 1000;

  private final JobFrontier frontier;
  private final Deque<Point> points = new ArrayDeque<>();
  private Measurement allMax;
  private Point last;

  /**
   * Holds one measured round, in the form that the web page reads.
   *
   * @param number number of the round, from 0
   * @param warmup true if the round only warmed up the GPUs
   * @param name name of the plan, or the common frequency of all computations with its unit; null
   *     if the round has no name and no common frequency
   * @param timeS iteration time in seconds
   * @param energyJ iteration energy of all ranks together, in joules
   */
  public record Point(int number, boolean warmup, String name, double timeS, double energyJ) {}

  /**
   * @param frontier predicted times and energies of the plans; null if there is no frontier
   */
  History(JobFrontier frontier) {
    this.frontier = frontier;
  }

  void add(Round round, Measurement measured, List<RankInfo> ranks) {
    String name = round.plan();
    if (name == null && round.frequencyMhz() != null) {
      name = round.frequencyMhz() + " MHz";
    }
    last =
        new Point(
            round.number(), round.warmup(), name, measured.timeSeconds(), measured.energyJoules());
    points.addLast(last);
    if (points.size() > MAX_POINTS) {
      points.removeFirst();
    }
    if (isAllMax(round, ranks)) {
      allMax = measured;
    }
  }

  /**
   * Returns whether a round runs all instructions of all ranks at the highest power state of the
   * rank's GPU.
   */
  private static boolean isAllMax(Round round, List<RankInfo> ranks) {
    for (RankInfo rank : ranks) {
      int highest = rank.powerStateRange().get(0);
      for (int state : round.schedules().get(rank.rank()).powerStates()) {
        if (state != highest) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the stored rounds, with the oldest round first. */
  List<Point> points() {
    return new ArrayList<>(points);
  }

  /** Returns the latest measured round. The result is null before the first round. */
  Point last() {
    return last;
  }

  /**
   * Returns the predicted iteration time in seconds and energy in joules of each plan. The result
   * is null without a frontier.
   */
  List<List<Double>> frontierLine() {
    return frontier == null ? null : frontier.line();
  }

  /**
   * Returns the baseline (all-max), in which all instructions run at the highest power state. The
   * result is the latest measurement of such a round. If there was no such round, the result is the
   * prediction of the frontier, or null without a frontier.
   */
  Measurement allMax() {
    return allMax != null || frontier == null ? allMax : frontier.allMax();
  }
}
