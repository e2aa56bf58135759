package perseus.control.server.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.control.Measurement;
import perseus.control.Mode;
import perseus.control.NewPlans;
import perseus.control.RankInfo;
import perseus.control.Round;

/**
 * Stores the measured times and energies of a job for the chart on the web page, one point for each
 * frequency schedule. The chart compares the measured points with the time-energy frontier and with
 * the point of the highest clock.
 */
final class History {
  /**
   * Maximum number of measured points that are stored for the chart on the web page. The chart on
   * the web page cannot show more than 1000 points. The limit keeps the memory for the chart small
   * for a job that trains for weeks.
   */
  private static final int MAX_POINTS = 1000;

  private JobFrontier frontier;
  private final Deque<Point> points = new ArrayDeque<>();
  private final Mode mode;
  private Measurement allMax;
  private Point last;

  /**
   * Holds the measured time and energy of an iteration under one frequency schedule, in the form
   * that the web page reads.
   *
   * @param number index of the frequency schedule in the job, from 0
   * @param warmup true if the iterations under the frequency schedule only warmed up the GPUs
   * @param name name of the frequency plan that the ranks ran. If the ranks ran no frequency plan,
   *     {@code name} is the common clock of all instructions with its unit. If there was neither a
   *     frequency plan nor a common clock, {@code name} is null.
   * @param timeS mean time of an iteration in seconds
   * @param energyJ mean energy of an iteration in joules, summed over all ranks
   */
  public record Point(int number, boolean warmup, String name, double timeS, double energyJ) {}

  /**
   * @param frontier predicted times and energies of the plans of a time-energy frontier; null if
   *     there is no frontier
   * @param mode whether the scheduler sets clocks or power limits
   */
  History(JobFrontier frontier, Mode mode) {
    this.frontier = frontier;
    this.mode = mode;
  }

  /** Returns an empty chart for a job that has not registered all its ranks. */
  static History empty() {
    return new History(null, Mode.FREQUENCY);
  }

  /**
   * Replaces the predicted times and energies by the predictions for new plans that the scheduler
   * has made.
   */
  void replaceFrontier(NewPlans plans) {
    if (frontier != null) {
      frontier = frontier.of(plans);
    }
  }

  void add(Round round, Measurement measured, List<RankInfo> ranks) {
    String name = round.plan();
    if (name == null && round.frequencyMhz() != null) {
      name = round.frequencyMhz() + " " + mode.unit();
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
   * Returns whether each rank runs all its instructions at the highest clock or power limit of its
   * GPU.
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

  /**
   * Returns the points of the chart as JSON: the measured points, oldest first, and the plans of
   * the time-energy frontier. The JSON value of the time-energy frontier is null if there is no
   * frontier.
   */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("points", new ArrayList<>(points));
    json.put("frontier", frontier == null ? null : frontier.line());
    return json;
  }

  /** Returns whether the plans of the time-energy frontier were made for simulated GPUs. */
  boolean isFrontierSimulated() {
    return frontier != null && frontier.simulated();
  }

  /** Returns the latest measured point of the chart; null if nothing was measured. */
  Point last() {
    return last;
  }

  /**
   * Returns the time and energy of an iteration in which all instructions run at the highest clock
   * or power limit. If iterations at the highest clock were measured, the method returns their
   * latest measurement. Otherwise the method returns the prediction of the time-energy frontier;
   * null if there is no prediction.
   */
  Measurement allMax() {
    return allMax != null || frontier == null ? allMax : frontier.allMax();
  }
}
