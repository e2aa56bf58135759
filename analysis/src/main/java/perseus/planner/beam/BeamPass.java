package perseus.planner.beam;

import java.util.List;
import perseus.planner.problem.Effort;

/**
 * A round of {@link BeamSearch} over some plans.
 *
 * @param kept what it keeps to
 * @param operations of a part, where options are kept
 * @param late how much later than its course an event may be, in mean steps between options
 * @param pull share of the price of its time that an event is charged where it is off its course
 * @param width beginnings that are kept
 * @param gap above which a plan takes part
 */
public record BeamPass(Kept kept, int operations, double late, double pull, int width, double gap) {
  /** What a round keeps to. */
  enum Kept {
    /** The options of all operations but those of a part. */
    OPTIONS,
    /** The course of the relaxed solution, whatever the options were. */
    RELAXED,
    /** The course of the plan, whatever the options were. */
    PLAN
  }

  /** Up to so many operations a plan is searched as a whole. */
  static final int FEW = 64;

  /** Beyond so many operations a plan takes long, and is close to its bound as it is. */
  private static final int MANY = 400;

  private static final int VERY_MANY = 1_000;

  /** Gap up to which a plan is left as it is, unless the effort is to be the best. */
  private static final double CLOSE = 4e-4;

  /** The same in larger problems. */
  private static final double FAIR = 8e-4;

  /** Gap that no plan should have; a bit below 0.1 %, to be so as printed. */
  private static final double FAR = 0.99e-3;

  /** How much wider beams are for the best effort. */
  private static final int WIDER = 2;

  /** Follows where a course was kept. */
  static final BeamPass AFTERWARDS = parts(24, 10, 0);

  private static final List<BeamPass> WIDE =
      List.of(
          course(Kept.PLAN, 2, 0.2, 30, FAR),
          course(Kept.PLAN, 4, 0.1, 30, FAR),
          course(Kept.RELAXED, 2, 0.05, 30, FAR),
          course(Kept.PLAN, 2, 0.1, 100, FAR),
          course(Kept.RELAXED, 4, 0.1, 100, FAR),
          course(Kept.PLAN, 2, 0.05, 100, FAR),
          course(Kept.RELAXED, 2, 0.05, 300, FAR),
          course(Kept.PLAN, 2, 0.1, 300, FAR),
          course(Kept.PLAN, 2, 0.05, 300, FAR),
          course(Kept.RELAXED, 2, 0.1, 1000, FAR),
          course(Kept.PLAN, 2, 0.1, 1000, FAR));

  /** A round that keeps the options of all operations but those of a part. */
  static BeamPass parts(int operations, int width, double gap) {
    return new BeamPass(Kept.OPTIONS, operations, 0, 0, width, gap);
  }

  /** A round that keeps to a course. */
  static BeamPass course(Kept kept, double late, double pull, int width, double gap) {
    return new BeamPass(kept, 0, late, pull, width, gap);
  }

  private BeamPass above(double gap) {
    return new BeamPass(kept, operations, late, pull, width, gap);
  }

  private BeamPass wider() {
    return new BeamPass(kept, operations, late, pull, WIDER * width, gap);
  }

  /** The rounds over every plan. */
  static List<BeamPass> cheap(int operations, Effort effort) {
    if (effort == Effort.FAST) {
      return List.of();
    }
    double close = effort == Effort.BEST ? 0 : CLOSE;
    if (operations <= FEW) {
      return List.of(parts(operations, 1000, close));
    }
    if (effort == Effort.DEFAULT && operations > VERY_MANY) {
      return List.of(course(Kept.RELAXED, 4, 0.1, 10, FAR));
    }
    boolean some = effort == Effort.DEFAULT && operations > MANY;
    return List.of(
        course(Kept.RELAXED, 4, 0.05, 30, close),
        parts(24, 10, close),
        course(Kept.PLAN, 2, 0.2, 10, some ? FAIR : close));
  }

  /** The rounds over the worst plans, all of which keep to a course. */
  static List<BeamPass> dear(int operations, Effort effort) {
    if (effort == Effort.FAST || operations <= FEW) {
      return List.of();
    }
    return effort == Effort.DEFAULT
        ? WIDE
        : WIDE.stream().map(round -> round.wider().above(CLOSE)).toList();
  }

  /** Beginnings that it extends for each operation of a plan, at the most. */
  double work() {
    // Forwards and backwards; parts overlap by half.
    return kept == Kept.OPTIONS ? 4.0 * width : 2.0 * width + AFTERWARDS.work();
  }
}
