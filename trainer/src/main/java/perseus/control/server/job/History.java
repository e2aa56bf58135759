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
 * Stores the measured rounds (groups of iterations under one frequency schedule) of a job for the
 * chart on the web page. The chart on the web page compares the measured rounds with the
 * time-energy frontier and with the baseline (all instructions at the highest clock).
 */
final class History {
  /**
   * Maximum number of measured rounds (groups of iterations under one frequency schedule) that the
   * history stores. The chart on the web page cannot show more than 1000 rounds. Because the number
   * of stored rounds is limited, the history of a job that trains for weeks needs no more memory
   * than the history of a short job.
   */
  private static final int MAX_POINTS = 1000;

  private JobFrontier frontier;
  private final Deque<Point> points = new ArrayDeque<>();
  private final Mode mode;
  private Measurement allMax;
  private Point last;

  /**
   * Holds the measured time and energy of one round (iterations under one frequency schedule), in
   * the form that the web page reads.
   *
   * @param number index of the round in the job; the first round has the index 0
   * @param warmup true if the round only warmed up the GPUs
   * @param name name of the frequency plan that the round replayed. If the round replayed no plan,
   *     {@code name} contains the common frequency of all computations and its unit. If the round
   *     had neither a plan nor a common frequency, {@code name} is null.
   * @param timeS mean time of an iteration in the round, in seconds
   * @param energyJ mean energy of an iteration in the round, in joules, summed over all ranks
   */
  public record Point(int number, boolean warmup, String name, double timeS, double energyJ) {}

  /**
   * @param frontier predicted times and energies of the plans of a time-energy frontier; null if
   *     there is no frontier
   * @param mode kind of power state that the scheduler sets: clocks or power limits
   */
  History(JobFrontier frontier, Mode mode) {
    this.frontier = frontier;
    this.mode = mode;
  }

  /** Returns the history of a job that has not registered its ranks. */
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
   * Returns whether each rank runs all its instructions in a round (iterations under one frequency
   * schedule) at the highest clock or power limit of its GPU.
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
   * Returns the measured rounds (groups of iterations under one frequency schedule) from the oldest
   * to the latest, and the predicted time in seconds and energy in joules of each plan of the
   * frontier, as JSON values. The frontier is null if there is none.
   */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("points", new ArrayList<>(points));
    json.put("frontier", frontier == null ? null : frontier.line());
    return json;
  }

  /** Returns whether the plans of the frontier were made for simulated GPUs. */
  boolean isFrontierSimulated() {
    return frontier != null && frontier.simulated();
  }

  /**
   * Returns the latest measured round (iterations under one frequency schedule). Returns null if no
   * round of the job has been measured yet.
   */
  Point last() {
    return last;
  }

  /**
   * Returns the iteration time and energy of the baseline (all-max), in which all instructions run
   * at the highest power state (clock or power limit). If the job has run iterations of the
   * baseline, the method returns their latest measurement. Otherwise, it returns the prediction of
   * the time-energy frontier, or null if there is no frontier.
   */
  Measurement allMax() {
    return allMax != null || frontier == null ? allMax : frontier.allMax();
  }
}
