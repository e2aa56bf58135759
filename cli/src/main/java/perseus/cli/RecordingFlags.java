package perseus.cli;

import java.nio.file.Path;
import java.util.List;
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
