package perseus.planner.bound;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Represents a straight lower bound on the effective energy (energy minus the energy of waiting) of
 * plans, as a function of their makespan. No plan lies below the line.
 *
 * @param intercept value of the line at makespan 0, in joules
 * @param slope decrease of the line per second of makespan, in watts
 */
public record SupportingLine(double intercept, double slope) {
  /** Returns the value of the line in joules at a makespan in seconds. */
  public double at(double seconds) {
    return intercept - slope * seconds;
  }

  /**
   * Returns the makespan in seconds at which this line and another line cross. The slopes of the
   * two lines must differ.
   */
  double crossing(SupportingLine other) {
    return (intercept - other.intercept) / (slope - other.slope);
  }

  /**
   * Returns the makespans in seconds at which the maximum of several lines changes from one line to
   * another, in falling order. The first and the last returned makespan are {@code longest} and
   * {@code shortest}.
   *
   * @param shortest shortest makespan in seconds
   * @param longest longest makespan in seconds; the result does not contain an infinite makespan
   */
  public static double[] breakpoints(List<SupportingLine> lines, double shortest, double longest) {
    return DoubleStream.concat(DoubleStream.of(longest, shortest), crossings(lines))
        .filter(time -> time >= shortest && time <= longest && time < Double.POSITIVE_INFINITY)
        .map(time -> -time)
        .sorted()
        .distinct()
        .map(time -> -time)
        .toArray();
  }

  /** Returns the value in joules of the highest of several lines at a makespan. */
  public static double highest(List<SupportingLine> lines, double seconds) {
    return lines.stream().mapToDouble(line -> line.at(seconds)).max().orElseThrow();
  }

  /**
   * Returns the makespans in seconds at which the maximum of several lines changes from one line to
   * another, in falling order. With n lines, the method takes O(n log n).
   */
  private static DoubleStream crossings(List<SupportingLine> lines) {
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
