package perseus.chart;

import java.util.Set;
import perseus.chart.figure.Chart;
import perseus.io.Progress;
import perseus.planfile.PlannedProblem;
import perseus.recording.Recording;
import perseus.savings.SavingsTables;

/**
 * A kind of chart: its name, the source and the options that it needs, and how it is made.
 *
 * <p>The sub-interface that a kind implements is its source: a directory of plans, savings, or a
 * recording.
 */
public sealed interface ChartKind {
  /** Returns the name on command lines, in lower case. */
  String name();

  /** Returns the names of the {@link ChartOptions} that this kind reads. */
  default Set<String> options() {
    return Set.of();
  }

  /** A kind of chart that is made from a directory of plans. */
  non-sealed interface OfPlans extends ChartKind {
    /**
     * Makes the chart.
     *
     * @throws perseus.io.UserError if an option does not fit the plans
     */
    Chart chart(PlannedProblem planned, ChartOptions options);
  }

  /** A kind of chart that is made from a comparison of savings. */
  non-sealed interface OfSavings extends ChartKind {
    /**
     * Makes the chart.
     *
     * @throws perseus.io.UserError if there are no savings to show
     */
    Chart chart(SavingsTables savings);
  }

  /** A kind of chart that is made from a recording. */
  non-sealed interface OfRecording extends ChartKind {
    /**
     * Makes the chart.
     *
     * @param progress is told about the progress of reading the recording
     * @throws perseus.io.UserError if an option does not fit the recording, or the recording cannot
     *     be read
     */
    Chart chart(Recording recording, ChartOptions options, Progress progress);
  }
}
