package perseus.cli.train.environment;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import perseus.attribution.Attributions;
import perseus.chart.Charts;
import perseus.control.policy.Schedulers;
import perseus.extension.Extension;
import perseus.extension.ExtensionError;
import perseus.extension.Extensions;
import perseus.gpu.GpuProviders;
import perseus.model.ModelZoo;
import perseus.pipeline.Schedules;
import perseus.planner.Planners;
import perseus.recording.LogFormats;
import perseus.transport.TransportChoice;

/**
 * Prints what each extension on the class path adds, such as planners and schedules, and the faults
 * of broken extensions.
 */
final class ExtensionReport {
  /** One function for each kind of extension; the function loads all extensions of this kind. */
  private static final List<Supplier<List<?>>> KINDS =
      List.of(
          Planners::all,
          Schedules::names,
          Charts::all,
          LogFormats::names,
          Attributions::names,
          Schedulers::names,
          GpuProviders::schemes,
          TransportChoice::names,
          ModelZoo::all);

  private ExtensionReport() {}

  static void print(PrintWriter out) {
    for (Supplier<List<?>> kind : KINDS) {
      try {
        kind.get();
      } catch (ExtensionError e) {
        out.printf("%n%s%n", e.getMessage());
      }
    }
    Map<String, List<Extension>> byPlace =
        Extensions.loaded().stream()
            .collect(Collectors.groupingBy(Extension::place, TreeMap::new, Collectors.toList()));
    byPlace.forEach(
        (place, extensions) -> {
          out.printf("%nExtension %s%n", place);
          extensions.forEach(
              extension -> out.printf("  %-20s  %s%n", extension.kind(), extension.name()));
        });
  }
}
