package perseus.cli.report;

import java.util.List;
import perseus.planner.Planners;
import picocli.CommandLine.Option;

/**
 * Holds the flag {@code --baselines}, which names the planners whose plans the frontier chart
 * compares with the user's plans.
 */
public final class BaselineFlags {
  @Option(
      names = "--baselines",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "uniform,per-stage,envpipe",
      description =
          "Planners with which the frontier chart compares the plans, separated by commas. Default: ${DEFAULT-VALUE}.")
  public List<String> names;

  /**
   * Checks that all planners that the flag {@code --baselines} names exist.
   *
   * @throws perseus.io.UserError if the flag contains a name that no planner has
   */
  public void check() {
    names.forEach(Planners::of);
  }
}
