package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.List;
import perseus.attribution.Attribution;
import perseus.attribution.result.Attributed;
import perseus.cli.common.FlagValue;
import perseus.cli.common.ProgressDisplay;
import perseus.profile.ProfileBuilder;
import perseus.profile.StageProfile;
import perseus.recording.Recording;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags that say how to make a stage profile of a recording. */
final class AttributionFlags {
  @Mixin RecordingFlags reading;

  @Option(
      names = "--attribution",
      paramLabel = "METHOD",
      defaultValue = "deconvolution",
      description =
          "How energy is attributed: ${DEFAULT-VALUE} (the default), or interpolation, which mixes short instructions"
              + " with their neighbours and is there for comparison.")
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
  Result analyze(CommandLine command, List<Path> directories, Integer numMicrobatches) {
    Attribution method = FlagValue.of(command, () -> Attribution.named(attribution));
    Recording recording = reading.open(command, directories, numMicrobatches);
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
    StageProfile profile = ProfileBuilder.join(recording, attributed, leaveOutThrottled);
    return new Result(recording, smooth ? profile.smoothed() : profile, explanation);
  }
}
