package perseus.chart;

import perseus.chart.figure.Chart;
import perseus.chart.figure.Heading;
import perseus.chart.kind.SavingsChart;
import perseus.savings.SavingsTables;

/**
 * Makes the chart {@code savings}, which shows how much energy a pipeline saves under each policy
 * (method that chooses frequencies). A straggler is a slower pipeline. The chart {@code savings}
 * shows the saved energy for several degrees (relative iteration times) of the straggler.
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
