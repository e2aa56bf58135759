package perseus.chart;

import java.util.List;
import perseus.io.Named;

/**
 * Lists all kinds of charts and finds a kind of chart by its name. To add a kind of chart, a
 * developer writes a class for it, and adds an object of this class to the list in Charts.
 */
public final class Charts {
  /**
   * Kind of chart that shows how much energy a pipeline saves under each policy (method that
   * chooses frequencies). A straggler is a slower pipeline. The chart of savings shows the saved
   * energy for several degrees (relative iteration times) of the straggler.
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
