package perseus.chart;

import java.util.Set;
import perseus.chart.figure.Chart;
import perseus.io.Progress;
import perseus.planfile.PlannedProblem;
import perseus.recording.Recording;
import perseus.savings.SavingsTables;

/**
 * Defines the interface of the kinds of charts; each implementation makes the charts of one kind,
 * and states its name and its options.
 *
 * <p>There is one sub-interface for each source of data: a directory of plans, a comparison of
 * savings, or a recording. Each kind of chart implements the sub-interface of its source of data.
 * {@link Charts} lists all kinds.
 */
public sealed interface ChartKind {
  /** Returns the name of this kind on command lines, in lower case. */
  String name();

  /** Returns the names of the {@link ChartOptions} that this kind reads. */
  default Set<String> options() {
    return Set.of();
  }

  /** Makes a chart from a directory of plans. */
  non-sealed interface OfPlans extends ChartKind {
    /**
     * Makes the chart.
     *
     * @param planned the plans of the directory and their planning problem
     * @throws perseus.io.UserError if an option does not fit the plans
     */
    Chart chart(PlannedProblem planned, ChartOptions options);
  }

  /** Makes a chart from a comparison of savings. */
  non-sealed interface OfSavings extends ChartKind {
    /**
     * Makes the chart.
     *
     * @throws perseus.io.UserError if there are no savings to show
     */
    Chart chart(SavingsTables savings);
  }

  /** Makes a chart from a recording of a job. */
  non-sealed interface OfRecording extends ChartKind {
    /**
     * Makes the chart.
     *
     * @param progress receives the progress of reading the recording
     * @throws perseus.io.UserError if an option does not fit the recording, or if the recording
     *     cannot be read
     */
    Chart chart(Recording recording, ChartOptions options, Progress progress);
  }
}
