package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import perseus.cli.common.OutputFile;
import perseus.cli.common.VerboseFlag;
import perseus.io.AtomicFiles;
import perseus.profile.StageProfile;
import perseus.recording.Recording;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perseus-analyze profile}: recordings to a stage profile. */
@Command(
    name = "profile",
    description = {
      "Turns recordings into a stage profile: time and energy of each instruction at each frequency.",
      "What perseus-profile recorded says itself what ran, in run.json. For other frameworks' recordings give at least"
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
          "Directories with instructions-R.csv and time-energy-R.csv of every rank R. Several hold one job's ranks, or"
              + " repeated recordings of it, and are analyzed together.")
  List<Path> directories;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "The profile to write; what has no row in it goes into a .json of the same name. Default: profile.csv in the"
              + " first DIR.")
  Path output;

  @Option(
      names = "--num-microbatches",
      paramLabel = "N",
      description = "Microbatches per iteration: forwards of one rank. Default: from run.json.")
  Integer numMicrobatches;

  @Mixin AttributionFlags recording;

  @Override
  public Integer call() {
    Report report = new Report(spec.commandLine().getOut(), spec.commandLine().getErr());
    Path out = output == null ? directories.get(0).resolve("profile.csv") : output;
    Recording.requireDirectories(directories);
    for (Path file : StageProfile.files(out)) {
      if (Recording.isLog(file)) {
        throw new OutputFile(spec.commandLine(), "--output", out)
            .wrong("A profile in %s would replace the recording's %s".formatted(out, file));
      }
    }
    AtomicFiles.requireDirectory(out.toAbsolutePath().getParent());
    AttributionFlags.Result result =
        recording.analyze(spec.commandLine(), directories, numMicrobatches);
    result.profile().write(out);
    report.recording(result);
    if (result.profile().frequencies().size() < 2) {
      spec.commandLine()
          .getErr()
          .println(
              "The recording has one frequency, which leaves nothing to plan; profile more frequencies to plan with them.");
    }
    spec.commandLine().getOut().println("Written to " + out);
    return 0;
  }
}
