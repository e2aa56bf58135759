package perseus.chart;

import java.util.List;
import perseus.io.Named;

/** The kinds of charts by name. A new kind is one class and one entry here. */
public final class Charts {
  /** Energy that a pipeline saves, by policy and degree of straggler. */
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
   * Finds a kind of chart by its name, in any case.
   *
   * @throws perseus.io.UserError if no kind has this name
   */
  public static ChartKind of(String name) {
    return Named.findIgnoringCase("kind of chart", name, ALL, ChartKind::name);
  }
}
