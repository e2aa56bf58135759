package perseus.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import perseus.attribution.FittedPower;
import perseus.attribution.activity.Activity;
import perseus.attribution.sensor.Kernel;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Heading;
import perseus.chart.kind.RecordingChart;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Makes the chart {@code recording}, which shows the power of one rank (GPU process) during a few
 * seconds of a recording. The chart shows the power that the energy counter and the power samples
 * measured. The chart also shows the fitted power, which is computed from the estimated power of
 * each instruction.
 */
final class RecordingKind implements ChartKind.OfRecording {
  @Override
  public String name() {
    return "recording";
  }

  @Override
  public Set<String> options() {
    return Set.of("rank", "from", "seconds");
  }

  @Override
  public Chart chart(Recording recording, ChartOptions options, Progress progress) {
    FittedPower fit = FittedPower.of(recording, options.rank(), progress);
    RankRecording rank = fit.rank();
    double origin = rank.firstStart();
    double firstUsed =
        rank.windows().stream()
            .flatMap(window -> window.segments().stream())
            .mapToDouble(Segment::start)
            .min()
            .orElseThrow();
    double from = Double.isNaN(options.fromSeconds()) ? firstUsed : origin + options.fromSeconds();
    double to = from + options.seconds();
    List<RecordingChart.Reading> updates = shown(fit.updates(from, to), origin);
    List<RecordingChart.Reading> samples = shown(fit.samples(from, to), origin);
    if (updates.isEmpty() && samples.isEmpty()) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "Rank %d has no usable counter update or power sample from %.3f to %.3f s; the first analyzed iteration starts at %.3f s, and the last instruction ends at %.3f s.",
              rank.rank(),
              from - origin,
              to - origin,
              firstUsed - origin,
              rank.lastEnd() - origin));
    }
    return RecordingChart.of(
        new RecordingChart.Data(
            heading(recording, fit), updates, samples, spans(recording, rank, from, to)));
  }

  private static List<RecordingChart.Reading> shown(
      List<FittedPower.Reading> readings, double origin) {
    return readings.stream()
        .map(
            reading ->
                new RecordingChart.Reading(
                    reading.start() - origin,
                    reading.end() - origin,
                    reading.measuredWatts(),
                    reading.fittedWatts()))
        .toList();
  }

  private static Heading heading(Recording recording, FittedPower fit) {
    Kernel samples = fit.sensor().samples();
    String lag =
        String.format(
            Locale.ROOT,
            "counter moved back by its lag of %.1f ms",
            1e3 * fit.sensor().lagSeconds());
    if (samples != null) {
      lag += String.format(Locale.ROOT, ", samples by %.1f ms", 1e3 * samples.lagSeconds());
    }
    return Heading.of(
        "Power of rank %d from its energy counter%s, and fitted power"
            .formatted(fit.rank().rank(), samples == null ? "" : " and power samples"),
        "stage %d, %s".formatted(fit.rank().stage(), lag),
        fit.rank().gpu(),
        recording.manifest() != null && recording.manifest().simulated());
  }

  /**
   * Returns all executions of instructions that overlap a given time interval. The executions are
   * ordered by their start times.
   *
   * @param from start of the time interval, as Unix time in seconds
   * @param to end of the time interval, as Unix time in seconds
   */
  private static List<RecordingChart.Span> spans(
      Recording recording, RankRecording rank, double from, double to) {
    List<RecordingChart.Span> spans = new ArrayList<>();
    for (Window window : rank.windows()) {
      for (Segment segment : window.segments()) {
        InstructionLog log = segment.instructions();
        for (int i = segment.from(); i < segment.to(); i++) {
          if (log.end()[i] > from && log.start()[i] < to) {
            Instruction activity = log.kinds().get(log.kind()[i]);
            if (Activity.isBetweenIterations(activity) || Activity.isUnrecorded(activity)) {
              continue;
            }
            Instruction kind = Activity.instruction(activity);
            spans.add(
                new RecordingChart.Span(
                    kind,
                    kind.isComputation() ? log.ordinal()[i] % recording.numMicrobatches() : -1,
                    log.start()[i] - rank.firstStart(),
                    log.end()[i] - rank.firstStart()));
          }
        }
      }
    }
    spans.sort(Comparator.comparingDouble(RecordingChart.Span::startSeconds));
    return spans;
  }
}
