package perseus.planner.beam;

/**
 * Computes the minimum and the maximum of two numbers, neither of which may be NaN. {@link
 * Math#min(double, double)} also handles NaN and the sign of 0, and is slow in code of the JVM's
 * client compiler. The client compiler compiles the code of short commands.
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
