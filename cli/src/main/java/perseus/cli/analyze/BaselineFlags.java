package perseus.cli.analyze;

import java.util.List;
import perseus.planner.Planners;
import picocli.CommandLine.Option;

/** The flag for the planners with which a frontier chart compares the plans. */
final class BaselineFlags {
  @Option(
      names = "--baselines",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "uniform,per-stage,envpipe",
      description =
          "Planners with which the frontier chart compares the plans, separated by commas. Default: ${DEFAULT-VALUE}.")
  List<String> names;

  /**
   * Checks that the planners exist.
   *
   * @throws perseus.io.UserError if there is no planner of a name
   */
  void check() {
    names.forEach(Planners::of);
  }
}
