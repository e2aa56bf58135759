package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.List;
import perseus.cli.common.FlagValue;
import perseus.recording.Recording;
import perseus.recording.log.IterationRange;
import perseus.recording.run.RankOrder;
import perseus.recording.run.RecordingOptions;
import perseus.recording.run.SupportedFrequencies;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Flags that say how to read a recording; with {@code run.json} none is needed. */
final class RecordingFlags {
  @Option(
      names = "--num-prof-steps",
      paramLabel = "N",
      description =
          "Iterations per frequency, as in perseus-profile --num_prof_steps. Default: from run.json.")
  Integer numProfSteps;

  @Option(
      names = "--frequencies",
      paramLabel = "LIST",
      description =
          "Frequencies in the order in which they ran, warm-ups not among them: MHz with commas as in 1410,1395,1380, or"
              + " a100, a40, h200 for all of that GPU's from the highest down. Default: from run.json.")
  String frequencies;

  @Option(
      names = "--warmup-schedules",
      paramLabel = "N",
      description =
          "Schedules of as many iterations before the first frequency, run at the highest and not analyzed. Default: from"
              + " run.json, else 2.")
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
      description =
          "What the number of a rank is made of, slowest first: dp-tp-pp (the default: neighbouring ranks are stages of"
              + " one pipeline) or pp-dp-tp (neighbouring ranks share a stage).")
  String rankOrder;

  @Option(
      names = "--iterations",
      paramLabel = "A-B",
      description =
          "Analyze only these iterations of the run, counted from 1 with warm-ups, as in 3-14.")
  String iterations;

  /** Finds the ranks of the recording in {@code directories}, as {@code command} was told to. */
  Recording open(CommandLine command, List<Path> directories, Integer numMicrobatches) {
    return Recording.open(directories, FlagValue.of(command, () -> options(numMicrobatches)));
  }

  private RecordingOptions options(Integer numMicrobatches) {
    return new RecordingOptions(
        numMicrobatches,
        numProfSteps,
        frequencies == null ? null : SupportedFrequencies.parse(frequencies),
        warmupSchedules,
        pp,
        dp,
        tp,
        rankOrder == null ? null : RankOrder.parse(rankOrder),
        iterations == null ? null : IterationRange.parse(iterations));
  }
}
