package perseus.cli.evaluate;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import perseus.cli.common.FlagValue;
import perseus.cli.common.OutputFile;
import perseus.cli.common.ProgressDisplay;
import perseus.cli.common.VerboseFlag;
import perseus.evaluation.EvaluationReport;
import perseus.evaluation.PaperWorkload;
import perseus.evaluation.report.HtmlReport;
import perseus.evaluation.report.MarkdownReport;
import perseus.evaluation.report.Report;
import perseus.io.AtomicFiles;
import perseus.io.OutputTarget;
import perseus.io.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-analyze evaluate}, which makes the tables of the Perseus paper
 * for published measurements and for recordings of the user.
 */
@Command(
    name = "evaluate",
    description = {
      "Makes the tables 3, 4 and 6 and the frontiers of the Perseus paper (SOSP 2024): from the published measurements, if"
          + " you have them, and from your recordings or profiles. Each table says what was measured, emulated or simulated.",
      ""
    },
    footer = {
      "",
      "Examples (the first records and evaluates all workloads of the paper, with 4 GB in 10 to 20 minutes):",
      "  perseus-analyze evaluate --commands | bash",
      "  perseus-analyze evaluate runs/xl --html evaluation.html",
      "  perseus-analyze evaluate --published sosp24 runs/paper/* -o evaluation.md --html evaluation.html"
    },
    sortOptions = false)
public final class AnalyzeEvaluateCommand implements Callable<Integer> {
  private static final double MAX_WATTS = 1e6;

  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(
      arity = "0..*",
      paramLabel = "SOURCE",
      description =
          "Recordings, such as those of perseus-profile; directories that 'perseus-analyze plan' wrote; or stage profiles"
              + " (CSV files). Each is one workload. Recordings of gpt3-175b and bloom are planned for 12, 24, 48 and 96"
              + " microbatches, as in the paper.")
  List<Path> sources = new ArrayList<>();

  @Option(
      names = "--published",
      paramLabel = "DIR",
      description =
          "Directory with the measurements published with the paper: JOB/perseus, JOB/envpipe, JOB/zeus_global.csv,"
              + " emulation/NAME_profile.csv, emulation/frontier/NAME_mbM.csv, emulation/envpipe.csv, iterations.csv. Files"
              + " that are missing are left out.")
  Path published;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.md",
      description = "File to write the report to, in Markdown. Default: standard output.")
  Path output;

  @Option(
      names = "--html",
      paramLabel = "FILE.html",
      description = "File to write the report to as a web page, with figures. Default: no page.")
  Path html;

  @Option(
      names = "--blocking-power",
      paramLabel = "W",
      description =
          "Power in watts of a GPU that waits for another stage, for sources that do not contain it. Default: 83.64 or"
              + " 70.38, if the path names an A100 or A40.")
  Double blockingPower;

  @Option(
      names = "--num-microbatches",
      paramLabel = "M",
      description =
          "Microbatches of an iteration, for sources that do not contain their number. Default: none.")
  Integer numMicrobatches;

  @Option(
      names = "--commands",
      description =
          "Print the commands that record the workloads of the paper on simulated GPUs, for a shell in the folder of Perseus,"
              + " and end.")
  boolean commands;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (commands) {
      PaperWorkload.commands(PaperWorkload.ALL).forEach(out::println);
      out.flush();
      return 0;
    }
    if (sources.isEmpty() && published == null) {
      throw new ParameterException(
          spec.commandLine(),
          "Name a SOURCE, or the published measurements with --published; --commands prints how to record the paper's"
              + " workloads");
    }
    FlagValue.check(spec.commandLine(), this::checkValues);
    requireInputsStay();
    Stream.of(output, html).filter(Objects::nonNull).forEach(OutputTarget::requireFile);
    write(EvaluationReport.of(evaluate().evaluation()), out);
    return 0;
  }

  private void checkValues() {
    if (blockingPower != null) {
      FlagValue.requireBetween("--blocking-power", blockingPower, 0, MAX_WATTS, " watts");
    }
    if (numMicrobatches != null && numMicrobatches < 1) {
      throw new UserError("--num-microbatches must be 1 or more, not " + numMicrobatches + ".");
    }
  }

  private EvaluationBuilder evaluate() {
    PrintWriter err = spec.commandLine().getErr();
    try (ProgressDisplay progress = new ProgressDisplay()) {
      EvaluationBuilder builder = new EvaluationBuilder(err, blockingPower, progress);
      if (published != null) {
        builder.addPublished(published);
      }
      int done = 0;
      for (Path source : sources) {
        builder.add(source, numMicrobatches);
        progress.step("evaluating workloads", ++done, sources.size());
      }
      return builder;
    } finally {
      err.flush();
    }
  }

  private void write(Report report, PrintWriter out) {
    String markdown = MarkdownReport.format(report);
    if (output == null) {
      out.print(markdown);
    } else {
      AtomicFiles.write(output, markdown);
      out.println(output);
    }
    if (html != null) {
      AtomicFiles.write(html, HtmlReport.format(report));
      out.println(html);
    }
    out.flush();
  }

  /** Refuses to run the command if one of its output files would replace one of its input files. */
  private void requireInputsStay() {
    requireStays("--output", output);
    requireStays("--html", html);
    if (output != null && html != null) {
      new OutputFile(spec.commandLine(), "--html", html).requireOtherThan(List.of(output));
    }
  }

  private void requireStays(String flag, Path file) {
    if (file == null) {
      return;
    }
    OutputFile written = new OutputFile(spec.commandLine(), flag, file);
    sources.forEach(source -> ProfiledSource.requireStays(source, written, file));
    if (published != null && OutputFile.isBelow(published, file)) {
      throw written.wrong(
          "%s is in %s, which this command reads; write elsewhere".formatted(file, published));
    }
  }
}
