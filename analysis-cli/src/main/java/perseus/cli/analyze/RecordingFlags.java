package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import perseus.cli.common.FlagValue;
import perseus.recording.Recording;
import perseus.recording.log.IterationRange;
import perseus.recording.run.RankOrder;
import perseus.recording.run.RecordingOptions;
import perseus.recording.run.SupportedFrequencies;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * Reads the flags that describe a recording, and opens the recording. If a recording contains a
 * file {@code run.json}, the user need not describe the recording by flags.
 */
final class RecordingFlags {
  /**
   * Lists the names of the GPU models whose supported frequencies are known, for the help text of
   * the command.
   */
  static final class KnownGpus implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SupportedFrequencies.names().iterator();
    }
  }

  @Option(
      names = "--num-prof-steps",
      paramLabel = "N",
      description =
          "Iterations per frequency, as in 'perseus-profile --num_prof_steps'. Default: from run.json.")
  Integer numProfSteps;

  @Option(
      names = "--frequencies",
      paramLabel = "LIST",
      completionCandidates = KnownGpus.class,
      description =
          "Frequencies in MHz in the order in which they ran after the warm-ups, such as 1410,1395,1380; or a GPU"
              + " (${COMPLETION-CANDIDATES}) for all its frequencies from the highest down. Default: from run.json.")
  String frequencies;

  @Option(
      names = "--frequency-of-directory",
      paramLabel = "LIST",
      description =
          "Frequencies in MHz, one for each DIR in the same order, for recordings that ran at one clock each, such as"
              + " 1410,1110. Takes the place of --frequencies; --warmup-schedules is then 0 by default.")
  String frequencyOfDirectory;

  @Option(
      names = "--warmup-schedules",
      paramLabel = "N",
      description =
          "Number of warm-up schedules at the highest frequency before the first frequency, which have --num-prof-steps"
              + " iterations each and are not analyzed. Default: from run.json, else 2.")
  Integer warmupSchedules;

  @Option(
      names = "--pp",
      paramLabel = "N",
      description = "Number of pipeline stages. Default: from run.json, else one per rank.")
  Integer pp;

  @Option(
      names = "--dp",
      paramLabel = "N",
      description = "Number of data-parallel pipelines. Default: from run.json, else 1.")
  Integer dp;

  @Option(
      names = "--tp",
      paramLabel = "N",
      description =
          "Number of tensor-parallel GPUs that share a stage. Default: from run.json, else 1.")
  Integer tp;

  @Option(
      names = "--rank-order",
      paramLabel = "dp-tp-pp|pp-dp-tp",
      description =
          "Order of ranks, the slowest-changing position first: dp-tp-pp (neighbouring ranks are stages of one pipeline) or"
              + " pp-dp-tp (neighbouring ranks share a stage). Default: dp-tp-pp.")
  String rankOrder;

  @Option(
      names = "--iterations",
      paramLabel = "A-B",
      description =
          "Iterations to analyze, counted from 1 with warm-ups, such as 3-14. Default: all.")
  String iterations;

  /**
   * Opens the recording of one job, which consists of the files in {@code directories}.
   *
   * @param numMicrobatches number of microbatches per iteration; if null, the number is read from
   *     {@code run.json}
   */
  Recording open(CommandLine command, List<Path> directories, Integer numMicrobatches) {
    return Recording.open(directories, FlagValue.of(command, () -> options(numMicrobatches)));
  }

  private RecordingOptions options(Integer numMicrobatches) {
    return new RecordingOptions(
        numMicrobatches,
        numProfSteps,
        frequencies == null ? null : SupportedFrequencies.parse(frequencies),
        warmupSchedules,
        frequencyOfDirectory == null
            ? null
            : SupportedFrequencies.parseNumbers(frequencyOfDirectory),
        pp,
        dp,
        tp,
        rankOrder == null ? null : RankOrder.parse(rankOrder),
        iterations == null ? null : IterationRange.parse(iterations));
  }
}
