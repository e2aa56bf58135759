package perseus.cli.analyze;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import perseus.attribution.Attributions;
import perseus.attribution.Deconvolution;
import perseus.attribution.Predictions;
import perseus.cli.common.OutputFile;
import perseus.cli.common.ProfileChecks;
import perseus.cli.common.VerboseFlag;
import perseus.io.OutputTarget;
import perseus.io.UserError;
import perseus.profile.StageProfile;
import perseus.recording.Recording;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-analyze profile}, which makes a stage profile from the recording
 * of a job.
 */
@Command(
    name = "profile",
    description = {
      "Makes a stage profile from recordings: time and energy of each instruction at each frequency.",
      "Recordings of perseus-profile are described by their run.json. For recordings of other frameworks, give at least"
          + " --num-microbatches, --num-prof-steps and --frequencies.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  perseus-analyze profile runs/xl",
      "  perseus-analyze profile merak-out --num-microbatches 128 --num-prof-steps 4 --frequencies a100",
      "  perseus-analyze profile h200-pp4 --num-microbatches 16 --num-prof-steps 14 --frequencies 1980"
          + " --warmup-schedules 0 --iterations 3-14 --explain"
    },
    sortOptions = false)
final class AnalyzeProfileCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description =
          "Directories with instructions-R.csv and time-energy-R.csv of every rank R; several directories must belong to"
              + " the same job and are analyzed together.")
  List<Path> directories;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Profile to write, with a .json file of the same name for its other values. Default: profile.csv in the first"
              + " DIR, beside its logs. A profile that was edited is not replaced.")
  Path output;

  @Option(
      names = "--num-microbatches",
      paramLabel = "N",
      description =
          "Microbatches per iteration, which is the number of forwards of one stage. Default: from run.json.")
  Integer numMicrobatches;

  @Mixin AttributionFlags recording;

  @Option(
      names = "--predict",
      paramLabel = "OTHER_DIR",
      description =
          "Also predict the energy of another phase of the job from the powers at the highest frequency, and compare it with"
              + " the counter. OTHER_DIR holds logs of the same ranks, with the same instructions in any order, such as"
              + " only forwards; may be repeated.")
  List<Path> others = new ArrayList<>();

  @Override
  public Integer call() {
    Report report = new Report(spec.commandLine().getOut(), spec.commandLine().getErr());
    Path out = output == null ? directories.get(0).resolve("profile.csv") : output;
    Recording.requireDirectories(directories);
    Recording.requireDirectories(others);
    if (output == null) {
      requireWritable(directories.get(0));
    }
    for (Path file : StageProfile.files(out)) {
      if (Recording.isLog(file)) {
        throw new OutputFile(spec.commandLine(), "--output", out)
            .wrong("A profile in %s would replace the recording's %s".formatted(out, file));
      }
    }
    if (OutputTarget.isDevice(out)) {
      OutputTarget.requireFile(out);
    } else {
      StageProfile.files(out).forEach(OutputTarget::requireFile);
      EditedProfile.refuse(out);
    }
    List<Predictions> predictions = others.stream().map(Predictions::new).toList();
    AttributionFlags.Result result = result(predictions);
    result.profile().write(out);
    report.recording(result);
    for (Predictions prediction : predictions) {
      PhaseTable.print(spec.commandLine().getOut(), prediction, result.attributed().heat());
      report.warnings(prediction.warnings().sentences());
    }
    if (result.profile().frequencies().size() < 2) {
      spec.commandLine()
          .getErr()
          .println(
              "The recording has only one frequency, so there is nothing to plan; profile more frequencies to make plans.");
    } else if (result.profile().isWithinErrors()) {
      spec.commandLine().getErr().println("The " + ProfileChecks.EQUAL + ".");
    }
    spec.commandLine().getOut().println("Written to " + out);
    return 0;
  }

  /** Refuses to run the command if the profile cannot be written into the recording. */
  private static void requireWritable(Path recording) {
    if (!Files.isWritable(recording)) {
      throw new UserError(
          "The recording %s is read-only, so its profile cannot be written there; choose another place with -o FILE, such as -o profile.csv."
              .formatted(recording));
    }
  }

  private AttributionFlags.Result result(List<Predictions> predictions) {
    if (predictions.isEmpty()) {
      return recording.analyze(spec.commandLine(), directories, numMicrobatches);
    }
    if (!recording.attribution.equals(Attributions.DECONVOLUTION.name())) {
      throw new ParameterException(
          spec.commandLine(),
          "--predict works only with --attribution %s, not %s."
              .formatted(Attributions.DECONVOLUTION.name(), recording.attribution));
    }
    return recording.analyze(
        spec.commandLine(), new Deconvolution(predictions), directories, numMicrobatches);
  }
}
