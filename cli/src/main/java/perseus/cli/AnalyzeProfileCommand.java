package perseus.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import perseus.recording.AtomicFiles;
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
      ""
    },
    sortOptions = false)
final class AnalyzeProfileCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description = "Directories of one job's recording.")
  List<Path> directories;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The profile to write. Default: DIR/profile.csv.")
  Path output;

  @Option(
      names = "--num-microbatches",
      paramLabel = "N",
      description = "Microbatches per iteration. Default: from run.json.")
  Integer numMicrobatches;

  @Mixin AttributionFlags recording;

  @Override
  public Integer call() {
    Report report = new Report(spec.commandLine().getOut(), spec.commandLine().getErr());
    Path out = output == null ? directories.get(0).resolve("profile.csv") : output;
    AtomicFiles.requireDirectory(out.toAbsolutePath().getParent());
    AttributionFlags.Result result = recording.analyze(directories, numMicrobatches);
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
