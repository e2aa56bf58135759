package perseus.cli.check;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import perseus.cli.common.VerboseFlag;
import perseus.recording.directory.DirectoryCheck;
import perseus.recording.directory.DirectoryReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the command {@code perseus-analyze check}, which reports the contents of directories. */
@Command(
    name = "check",
    description = {
      "Says what a directory holds (whose recording; its ranks, instructions and sensors), what is missing, and which command"
          + " to run next. Ends with 1 if something is missing.",
      ""
    },
    sortOptions = false)
public final class AnalyzeCheckCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Directories to look at.")
  List<Path> directories;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    boolean complete = true;
    for (Path directory : directories) {
      DirectoryReport report = DirectoryCheck.of(directory);
      out.println(directory + ": " + report.what());
      report.facts().forEach(fact -> out.println("  " + fact));
      report.problems().forEach(problem -> out.println("  problem: " + problem));
      report.next().forEach(next -> out.println("Next: " + next));
      complete &= report.problems().isEmpty();
    }
    out.flush();
    return complete ? 0 : 1;
  }
}
