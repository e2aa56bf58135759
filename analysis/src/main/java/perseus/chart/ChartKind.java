package perseus.chart;

import java.util.Set;
import perseus.chart.figure.Chart;
import perseus.io.Progress;
import perseus.planfile.PlannedProblem;
import perseus.recording.Recording;
import perseus.savings.SavingsTables;

/**
 * Defines the interface of the kinds of charts; each implementation makes the charts of one kind,
 * and states the name of this kind and the options that it reads.
 *
 * <p>The interface has one sub-interface for each source of a chart's data: a directory of plans, a
 * comparison of savings, or a recording. Each kind of chart implements the sub-interface of the
 * source of its data. {@link Charts} lists all kinds of charts.
 */
public sealed interface ChartKind {
  /** Returns the name of this kind of chart on command lines, in lower case. */
  String name();

  /** Returns the names of the {@link ChartOptions} that this kind of chart reads. */
  default Set<String> options() {
    return Set.of();
  }

  /** Makes charts of one kind from a directory of plans. */
  non-sealed interface OfPlans extends ChartKind {
    /**
     * Makes a chart of this kind.
     *
     * @param planned the plans that the chart shows, and the planning problem that these plans
     *     solve
     * @throws perseus.io.UserError if an option of the chart does not fit the plans, such as a
     *     stage that does not exist
     */
    Chart chart(PlannedProblem planned, ChartOptions options);
  }

  /** Makes charts of one kind from a comparison of savings (energy that plans save). */
  non-sealed interface OfSavings extends ChartKind {
    /**
     * Makes a chart of this kind.
     *
     * @throws perseus.io.UserError if {@code savings} has no workload that the chart can show
     */
    Chart chart(SavingsTables savings);
  }

  /** Makes charts of one kind from a recording of a training job. */
  non-sealed interface OfRecording extends ChartKind {
    /**
     * Makes a chart of this kind.
     *
     * @param progress object to which the method reports how much of the recording it has read
     * @throws perseus.io.UserError if an option of the chart does not fit the recording, such as a
     *     rank that does not exist, or if the recording cannot be read
     */
    Chart chart(Recording recording, ChartOptions options, Progress progress);
  }
}
