package perseus.chart;

import java.util.List;
import java.util.stream.Collectors;
import perseus.io.UserError;

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
   * @throws UserError if no kind has this name
   */
  public static ChartKind of(String name) {
    return ALL.stream()
        .filter(kind -> kind.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "Unknown kind of chart '%s'; there are %s."
                        .formatted(
                            name,
                            ALL.stream().map(ChartKind::name).collect(Collectors.joining(", ")))));
  }
}
