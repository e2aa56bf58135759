package perseus.chart;

import java.util.List;

/**
 * Holds the options of all kinds of charts. Each kind of chart reads only the options that {@link
 * ChartKind#options} names.
 *
 * @param stage number of the stage to show, from 0 (option {@code stage})
 * @param plans numbers or file names of the plans to show; empty for the fastest plan (option
 *     {@code plan})
 * @param baselines names of the planners to compare with (option {@code baselines})
 * @param rank number of the rank to show, from 0 (option {@code rank})
 * @param fromSeconds start of the chart, in seconds after the first instruction of the rank, or NaN
 *     for the start of the first analyzed iteration (option {@code from})
 * @param seconds duration of the chart in seconds (option {@code seconds})
 */
public record ChartOptions(
    int stage,
    List<String> plans,
    List<String> baselines,
    int rank,
    double fromSeconds,
    double seconds) {
  /** Lists the names of all options. */
  public static final List<String> NAMES =
      List.of("stage", "plan", "baselines", "rank", "from", "seconds");

  public ChartOptions {
    plans = List.copyOf(plans);
    baselines = List.copyOf(baselines);
  }
}
