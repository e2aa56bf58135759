package perseus.planner.beam;

/**
 * Computes the minimum and the maximum of two numbers, neither of which may be NaN. The JVM's
 * client compiler makes slow code of {@link Math#min(double, double)}, because the method also
 * handles NaN and the sign of 0.
 */
final class Doubles {
  private Doubles() {}

  static double min(double a, double b) {
    return a < b ? a : b;
  }

  static double max(double a, double b) {
    return a > b ? a : b;
  }
}
