package perseus.cli;

import java.nio.file.Path;
import java.util.List;
import perseus.attribution.Attributed;
import perseus.attribution.Attribution;
import perseus.profile.ProfileBuilder;
import perseus.profile.StageProfile;
import perseus.recording.IterationRange;
import perseus.recording.RankOrder;
import perseus.recording.Recording;
import perseus.recording.RecordingOptions;
import perseus.recording.SupportedFrequencies;
import picocli.CommandLine.Option;

/** Flags that say how to read a recording; with {@code run.json} none is needed. */
final class RecordingFlags {
  @Option(
      names = "--num-prof-steps",
      paramLabel = "N",
      description = "Iterations per frequency. Default: from run.json.")
  Integer numProfSteps;

  @Option(
      names = "--frequencies",
      paramLabel = "LIST",
      description =
          "Frequencies in the order in which they ran: MHz with commas, or a100, a40, h200 for all of that GPU's from"
              + " the highest down. Default: from run.json.")
  String frequencies;

  @Option(
      names = "--warmup-schedules",
      paramLabel = "N",
      description =
          "Schedules before the first frequency, run at the highest. Default: from run.json, else 2.")
  Integer warmupSchedules;

  @Option(
      names = "--pp",
      paramLabel = "N",
      description = "Pipeline stages. Default: from run.json, else one per rank.")
  Integer pp;

  @Option(
      names = "--dp",
      paramLabel = "N",
      description = "Data-parallel pipelines. Default: from run.json, else 1.")
  Integer dp;

  @Option(
      names = "--tp",
      paramLabel = "N",
      description = "GPUs that share a stage. Default: from run.json, else 1.")
  Integer tp;

  @Option(
      names = "--rank-order",
      paramLabel = "ORDER",
      description = "How ranks are numbered: dp-tp-pp (the default) or pp-dp-tp.")
  String rankOrder;

  @Option(
      names = "--iterations",
      paramLabel = "A-B",
      description = "Analyze only these iterations of the run, counted from 1.")
  String iterations;

  @Option(
      names = "--attribution",
      paramLabel = "METHOD",
      defaultValue = "deconvolution",
      description = "How energy is attributed: ${DEFAULT-VALUE} (the default) or interpolation.")
  String attribution;

  @Option(
      names = "--leave-out-throttled",
      description = "Leave out frequencies at which a stage seems to have been throttled.")
  boolean leaveOutThrottled;

  @Option(
      names = "--smooth",
      description =
          "Draw each time and energy towards those of neighbouring frequencies, for short recordings.")
  boolean smooth;

  @Option(
      names = "--explain",
      description = "Print for each rank how well its energies are known, and why to believe them.")
  boolean explain;

  /**
   * What reading and attributing a recording gave.
   *
   * @param explanation why to believe it; null unless asked for
   */
  record Result(Recording recording, StageProfile profile, Explanation explanation) {}

  /** Reads the recording in {@code directories} and attributes its energy. */
  Result analyze(List<Path> directories, Integer numMicrobatches) {
    Attribution method = Attribution.named(attribution);
    Recording recording = open(directories, numMicrobatches);
    Attributed attributed;
    Explanation explanation = null;
    try (ProgressDisplay progress = new ProgressDisplay()) {
      attributed = method.attribute(recording, progress);
      if (explain) {
        explanation =
            new Explanation(
                attributed, Attribution.named("interpolation").attribute(recording, progress));
      }
    }
    if (smooth) {
      recording
          .warnings()
          .doubtful(
              "Times and energies are drawn towards those of neighbouring frequencies (--smooth).");
    }
    ProfileBuilder.Profile joined = ProfileBuilder.join(recording, attributed, leaveOutThrottled);
    StageProfile profile = new StageProfile(joined.rows(), joined.notes());
    return new Result(recording, smooth ? profile.smoothed() : profile, explanation);
  }

  /** Finds the ranks of the recording in {@code directories}. */
  Recording open(List<Path> directories, Integer numMicrobatches) {
    return Recording.open(
        directories,
        new RecordingOptions(
            numMicrobatches,
            numProfSteps,
            frequencies == null ? null : SupportedFrequencies.parse(frequencies),
            warmupSchedules,
            pp,
            dp,
            tp,
            rankOrder == null ? null : RankOrder.parse(rankOrder),
            iterations == null ? null : IterationRange.parse(iterations)));
  }
}
