package perseus.control.server.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import perseus.control.Measurement;
import perseus.control.RankInfo;
import perseus.control.Round;

/**
 * The measured rounds of a job, with the frontier and the baseline that they are compared with on
 * the web page.
 */
final class History {
  /**
   * Number of rounds that are kept. A chart can show no more, and a job that trains for weeks needs
   * no more memory.
   */
  private static final int MAX_POINTS = 1000;

  private final JobFrontier frontier;
  private final Deque<Point> points = new ArrayDeque<>();
  private Measurement allMax;
  private Point last;

  /**
   * One measured round, as the web page reads it.
   *
   * @param number number of the round
   * @param warmup whether the round was a warm-up
   * @param name name of the plan, or the frequency; null for neither
   * @param timeS iteration time in seconds
   * @param energyJ iteration energy of all ranks in joules
   */
  public record Point(int number, boolean warmup, String name, double timeS, double energyJ) {}

  /**
   * @param frontier what the plans predict; null for nothing
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

  /** Returns whether a round runs all instructions of all ranks at the highest power state. */
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

  /** Returns the latest rounds, the oldest first. */
  List<Point> points() {
    return new ArrayList<>(points);
  }

  /** Returns the latest round; null before the first. */
  Point last() {
    return last;
  }

  /** Returns the iteration time and energy of each plan; null without a frontier. */
  List<List<Double>> frontierLine() {
    return frontier == null ? null : frontier.line();
  }

  /**
   * Returns the baseline: the latest round with everything at the highest power state, or the
   * frontier's prediction for it if there was no such round; null without both.
   */
  Measurement allMax() {
    return allMax != null || frontier == null ? allMax : frontier.allMax();
  }
}
