package perseus.planner.bound;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A straight line over the makespan below the effective energies of all plans.
 *
 * @param intercept energy at makespan 0, in joules
 * @param slope decrease of the energy per second of makespan, in watts
 */
record SupportingLine(double intercept, double slope) {
  /** The energy in joules at a makespan in seconds. */
  double at(double seconds) {
    return intercept - slope * seconds;
  }

  /** The makespan in seconds at which another line with another slope has the same energy. */
  double crossing(SupportingLine other) {
    return (intercept - other.intercept) / (slope - other.slope);
  }

  /**
   * The makespans in seconds, in falling order, at which the highest line changes from one of these
   * lines to another: the breakpoints of their upper envelope. O(n log n).
   */
  static DoubleStream crossings(List<SupportingLine> lines) {
    List<SupportingLine> highest = new ArrayList<>();
    lines.stream()
        .sorted(
            Comparator.comparingDouble(SupportingLine::slope)
                .thenComparing(Comparator.comparingDouble(SupportingLine::intercept).reversed()))
        .forEach(
            next -> {
              int last = highest.size() - 1;
              if (last >= 0 && next.slope == highest.get(last).slope) {
                return;
              }
              while (last >= 1
                  && highest.get(last).crossing(next)
                      >= highest.get(last - 1).crossing(highest.get(last))) {
                highest.remove(last--);
              }
              highest.add(next);
            });
    return IntStream.range(1, highest.size())
        .mapToDouble(i -> highest.get(i - 1).crossing(highest.get(i)));
  }
}
