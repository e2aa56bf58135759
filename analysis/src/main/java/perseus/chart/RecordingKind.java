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
    List<String> sensors = new ArrayList<>();
    List<String> notes = new ArrayList<>(List.of("stage " + fit.rank().stage()));
    if (fit.isCounterLeftOut()) {
      notes.add("counter left out because it contradicts the samples");
    } else {
      sensors.add("energy counter");
      notes.add(movedBack("counter", fit.sensor().lagSeconds()));
    }
    if (fit.areSamplesLeftOut()) {
      notes.add("samples left out because they contradict the counter");
    } else if (samples != null) {
      sensors.add("power samples");
      notes.add(movedBack("samples", samples.lagSeconds()));
    }
    return Heading.of(
        "Power of rank %d from its %s, and fitted power"
            .formatted(fit.rank().rank(), String.join(" and ", sensors)),
        String.join(", ", notes),
        fit.rank().gpu(),
        recording.manifest() != null && recording.manifest().simulated());
  }

  private static String movedBack(String readings, double lagSeconds) {
    return String.format(
        Locale.ROOT, "%s moved back by a lag of %.1f ms", readings, 1e3 * lagSeconds);
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
