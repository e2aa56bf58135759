package perseus.chart;

import java.util.Set;
import perseus.chart.figure.Chart;
import perseus.io.Progress;
import perseus.planfile.PlannedProblem;
import perseus.recording.Recording;
import perseus.savings.SavingsTables;

/**
 * Defines the interface of all kinds of charts. Each implementation makes the charts of one kind.
 * An implementation states the name of its kind of chart, and the chart options that it reads.
 *
 * <p>The data of a chart come from a directory of plans, a comparison of energy savings, or a
 * recording of a training job. ChartKind has one sub-interface for each source of data. A kind of
 * chart implements the sub-interface for the source of its data. The class {@link Charts} lists all
 * kinds of charts.
 */
public sealed interface ChartKind {
  /** Returns the name of this kind of chart on command lines. */
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
     * @param planned plans that the chart shows, with the planning problem that these plans solve
     * @throws perseus.io.UserError if an option of the chart does not fit the plans, such as a
     *     stage that does not exist
     */
    Chart chart(PlannedProblem planned, ChartOptions options);
  }

  /** Makes charts of one kind from a comparison of the energy that plans save. */
  non-sealed interface OfSavings extends ChartKind {
    /**
     * Makes a chart of this kind.
     *
     * @throws perseus.io.UserError if {@code savings} has no workload (one pipeline with its
     *     iterations) that the chart can show
     */
    Chart chart(SavingsTables savings);
  }

  /** Makes charts of one kind from a recording of a training job. */
  non-sealed interface OfRecording extends ChartKind {
    /**
     * Makes a chart of this kind.
     *
     * @param progress receives reports of how much of the recording the method has read
     * @throws perseus.io.UserError if the recording cannot be read, or if an option of the chart
     *     does not fit the recording
     */
    Chart chart(Recording recording, ChartOptions options, Progress progress);
  }
}
