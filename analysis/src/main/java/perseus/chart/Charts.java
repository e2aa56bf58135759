package perseus.chart;

import java.util.List;
import perseus.extension.Registry;

/**
 * Lists all kinds of charts and finds a kind of chart by its name. To add a kind of chart, write a
 * class, and add an object of the class to the list in {@code Charts}. Another project adds a kind
 * of chart as an extension, which {@link perseus.extension.Registry} describes.
 */
public final class Charts {
  /**
   * Kind of chart that shows how much energy a pipeline saves under each policy (method that
   * chooses frequencies). A straggler is a slower pipeline. The chart of savings shows the saved
   * energy for several degrees (relative iteration times) of the straggler.
   */
  public static final ChartKind.OfSavings SAVINGS = new SavingsKind();

  private static final Registry<ChartKind> REGISTRY =
      Registry.of(
          "kind of chart",
          ChartKind.class,
          ChartKind::name,
          List.of(
              new FrontierKind(),
              new ProfileKind(),
              new TimelineKind(),
              SAVINGS,
              new RecordingKind()));

  private Charts() {}

  /**
   * Returns all kinds of charts.
   *
   * @throws perseus.io.UserError if an extension with a kind of chart cannot be used
   */
  public static List<ChartKind> all() {
    return REGISTRY.all();
  }

  /**
   * Finds a kind of chart by its name, which may be in upper or lower case.
   *
   * @throws perseus.io.UserError if no kind of chart has the name {@code name}, or if an extension
   *     with a kind of chart cannot be used
   */
  public static ChartKind of(String name) {
    return REGISTRY.namedIgnoringCase(name);
  }
}
