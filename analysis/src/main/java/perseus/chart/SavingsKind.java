package perseus.chart;

import perseus.chart.figure.Chart;
import perseus.chart.figure.Heading;
import perseus.chart.kind.SavingsChart;
import perseus.savings.SavingsTables;

/**
 * Makes the chart {@code savings}, which shows the energy that a pipeline saves, for each policy
 * (method that chooses frequencies) and each degree of straggler (slower pipeline).
 */
final class SavingsKind implements ChartKind.OfSavings {
  @Override
  public String name() {
    return "savings";
  }

  @Override
  public Chart chart(SavingsTables savings) {
    return SavingsChart.of(
        new Heading("Energy saved by one pipeline", savings.simulated()), savings);
  }
}
