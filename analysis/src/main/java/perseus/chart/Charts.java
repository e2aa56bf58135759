package perseus.chart;

import java.util.List;
import perseus.io.Named;

/**
 * Lists all kinds of charts and finds a kind of chart by its name. A new kind of chart needs one
 * class and one entry in the list of this class.
 */
public final class Charts {
  /**
   * The kind of chart that shows the energy that a pipeline saves, for each policy (method that
   * chooses frequencies) and each degree of straggler.
   */
  public static final ChartKind.OfSavings SAVINGS = new SavingsKind();

  private static final List<ChartKind> ALL =
      List.of(
          new FrontierKind(), new ProfileKind(), new TimelineKind(), SAVINGS, new RecordingKind());

  private Charts() {}

  /** Returns all kinds of charts. */
  public static List<ChartKind> all() {
    return ALL;
  }

  /**
   * Finds a kind of chart by its name, which may be in upper or lower case.
   *
   * @throws perseus.io.UserError if no kind of chart has the name {@code name}
   */
  public static ChartKind of(String name) {
    return Named.findIgnoringCase("kind of chart", name, ALL, ChartKind::name);
  }
}
