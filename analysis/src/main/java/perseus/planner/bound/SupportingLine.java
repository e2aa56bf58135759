package perseus.planner.bound;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A line over the makespan that no plan's effective energy is below.
 *
 * @param intercept joules at T = 0
 * @param slope watts by which it falls
 */
record SupportingLine(double intercept, double slope) {
  /** Joules at a makespan. */
  double at(double seconds) {
    return intercept - slope * seconds;
  }

  /** Seconds at which another line, of another slope, has the same energy. */
  double crossing(SupportingLine other) {
    return (intercept - other.intercept) / (slope - other.slope);
  }

  /** Where one of the lines takes over from another as the greatest, in seconds. */
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
