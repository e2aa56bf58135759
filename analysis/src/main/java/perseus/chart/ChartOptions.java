package perseus.chart;

import java.util.List;

/**
 * Holds the values of the chart options of all kinds of charts. A kind of chart reads only the
 * chart options whose names the method {@link ChartKind#options} returns.
 *
 * @param stage value of the option {@code stage}: number of the pipeline stage that the chart
 *     shows; stages are numbered from 0
 * @param plans value of the option plan: numbers or file names of the plans that the chart shows.
 *     If the user names no plan, the chart shows the fastest plan.
 * @param baselines value of the option {@code baselines}: names of the planners whose plans the
 *     chart compares with the plans of the frontier
 * @param rank value of the option {@code rank}: number of the rank (GPU process) that the chart
 *     shows; ranks are numbered from 0
 * @param fromSeconds value of the option {@code from}: start of the time axis, in seconds after the
 *     start of the rank's first instruction. If {@code fromSeconds} is NaN, the time axis starts at
 *     the first analyzed iteration.
 * @param seconds value of the option {@code seconds}: length of the time axis in seconds
 */
public record ChartOptions(
    int stage,
    List<String> plans,
    List<String> baselines,
    int rank,
    double fromSeconds,
    double seconds) {
  /** Lists the names of all chart options. */
  public static final List<String> NAMES =
      List.of("stage", "plan", "baselines", "rank", "from", "seconds");

  public ChartOptions {
    plans = List.copyOf(plans);
    baselines = List.copyOf(baselines);
  }
}
