package perseus.chart;

import java.util.List;

/**
 * Holds the values of the options of all kinds of charts. Each kind of chart reads only the chart
 * options that {@link ChartKind#options} names.
 *
 * @param stage number of the pipeline stage that the chart shows, from 0 (option {@code stage})
 * @param plans numbers or file names of the plans that the chart shows; empty for the fastest plan
 *     (option {@code plan})
 * @param baselines names of the planners whose plans the chart compares with the frontier (option
 *     {@code baselines})
 * @param rank number of the rank (GPU process) that the chart shows, from 0 (option {@code rank})
 * @param fromSeconds start of the time axis, in seconds after the start of the first instruction of
 *     the rank, or NaN to start at the first analyzed iteration (option {@code from})
 * @param seconds length of the time axis in seconds (option {@code seconds})
 */
public record ChartOptions(
    int stage,
    List<String> plans,
    List<String> baselines,
    int rank,
    double fromSeconds,
    double seconds) {
  /** Lists the names of the options of all kinds of charts. */
  public static final List<String> NAMES =
      List.of("stage", "plan", "baselines", "rank", "from", "seconds");

  public ChartOptions {
    plans = List.copyOf(plans);
    baselines = List.copyOf(baselines);
  }
}
