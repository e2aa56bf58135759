package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import perseus.attribution.Attribution;
import perseus.attribution.Attributions;
import perseus.attribution.result.Attributed;
import perseus.cli.common.FlagValue;
import perseus.cli.common.ProgressDisplay;
import perseus.profile.ProfileBuilder;
import perseus.profile.StageProfile;
import perseus.recording.Recording;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads the flags for making a stage profile from a recording, and makes the stage profile. */
final class AttributionFlags {
  @Mixin RecordingFlags reading;

  /** Lists the names of attribution methods, for the help text of the command. */
  static final class Methods implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Attributions.names().iterator();
    }
  }

  @Option(
      names = "--attribution",
      paramLabel = "METHOD",
      defaultValue = "deconvolution",
      completionCandidates = Methods.class,
      description =
          "How to attribute energy to instructions: ${COMPLETION-CANDIDATES}. Use interpolation only for comparison, because it mixes the power of short instructions with that of their neighbours. Default: ${DEFAULT-VALUE}.")
  String attribution;

  @Option(
      names = "--leave-out-throttled",
      description = "Leave out frequencies at which a stage was probably throttled.")
  boolean leaveOutThrottled;

  @Option(
      names = "--smooth",
      description =
          "Smooth times and energies over neighbouring frequencies, for short recordings.")
  boolean smooth;

  @Option(names = "--explain", description = "Print how accurate the energies of each rank are.")
  boolean explain;

  /**
   * Holds a recording and the stage profile that was made from the recording.
   *
   * @param attributed energies of instructions from which the profile was made
   * @param explanation object that prints how accurate the energies in the profile are; null if the
   *     flag {@code --explain} is not given
   */
  record Result(
      Recording recording, Attributed attributed, StageProfile profile, Explanation explanation) {}

  /**
   * Reads a recording, computes the energy of each kind of instruction, and makes the stage
   * profile.
   *
   * @param numMicrobatches number of microbatches per iteration; if null, the number is read from
   *     {@code run.json}
   */
  Result analyze(CommandLine command, List<Path> directories, Integer numMicrobatches) {
    Attribution method = FlagValue.of(command, () -> Attributions.of(attribution));
    return analyze(command, method, directories, numMicrobatches);
  }

  /**
   * Makes the stage profile from a recording with the given attribution method instead of the
   * method that the user chose.
   */
  Result analyze(
      CommandLine command, Attribution method, List<Path> directories, Integer numMicrobatches) {
    Recording recording = reading.open(command, directories, numMicrobatches);
    Attributed attributed;
    Explanation explanation = null;
    try (ProgressDisplay progress = new ProgressDisplay()) {
      attributed = method.attribute(recording, progress);
      if (explain) {
        explanation =
            new Explanation(attributed, Attributions.INTERPOLATION.attribute(recording, progress));
      }
    }
    if (smooth) {
      recording
          .warnings()
          .doubtful("Times and energies are smoothed over neighbouring frequencies (--smooth).");
    }
    StageProfile profile = ProfileBuilder.join(recording, attributed, leaveOutThrottled);
    return new Result(recording, attributed, smooth ? profile.smoothed() : profile, explanation);
  }
}
