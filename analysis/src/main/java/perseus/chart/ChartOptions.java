package perseus.chart;

import java.util.List;

/**
 * The options of all kinds of charts; each kind reads those that it names.
 *
 * @param stage stage from 0 (option {@code stage})
 * @param plans plans as numbers or file names; empty for the fastest plan (option {@code plan})
 * @param baselines names of planners to compare with (option {@code baselines})
 * @param rank rank from 0 (option {@code rank})
 * @param fromSeconds start in seconds after the first instruction of the rank; NaN for the start of
 *     the first iteration in use (option {@code from})
 * @param seconds duration in seconds (option {@code seconds})
 */
public record ChartOptions(
    int stage,
    List<String> plans,
    List<String> baselines,
    int rank,
    double fromSeconds,
    double seconds) {
  /** The names of all options. */
  public static final List<String> NAMES =
      List.of("stage", "plan", "baselines", "rank", "from", "seconds");

  public ChartOptions {
    plans = List.copyOf(plans);
    baselines = List.copyOf(baselines);
  }
}
