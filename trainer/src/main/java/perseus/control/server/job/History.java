package perseus.control.server.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import perseus.control.Measurement;
import perseus.control.RankInfo;
import perseus.control.Round;

/** What a job's rounds came to: the latest ones, and the baseline they are held against. */
final class History {
  /** As many as a chart can show; a job that trains on for weeks needs no more memory than that. */
  private static final int KEPT = 1000;

  private final Deque<Point> points = new ArrayDeque<>();
  private Measurement allMax;
  private Point last;

  /**
   * One round.
   *
   * @param name its plan or frequency
   */
  public record Point(int number, boolean warmup, String name, double timeS, double energyJ) {}

  void add(Round round, Measurement measured, List<RankInfo> ranks) {
    String name = round.plan();
    if (name == null && round.frequencyMhz() != null) {
      name = round.frequencyMhz() + " MHz";
    }
    last =
        new Point(
            round.number(), round.warmup(), name, measured.timeSeconds(), measured.energyJoules());
    points.addLast(last);
    if (points.size() > KEPT) {
      points.removeFirst();
    }
    if (isAllMax(round, ranks)) {
      allMax = measured;
    }
  }

  /** Whether everything runs at its highest state; the latest such round is the baseline. */
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

  List<Point> points() {
    return new ArrayList<>(points);
  }

  /** The latest round; null before the first. */
  Point last() {
    return last;
  }

  /** The latest round with everything at the highest state; null where none was. */
  Measurement allMax() {
    return allMax;
  }
}
