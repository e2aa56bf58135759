package perseus.recording;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import perseus.io.UserError;
import perseus.recording.check.RankChecks;
import perseus.recording.check.RankRun;
import perseus.recording.iteration.HandoffTimes;
import perseus.recording.iteration.IterationAlignment;
import perseus.recording.iteration.IterationBlocks;
import perseus.recording.iteration.MicrobatchCounts;
import perseus.recording.iteration.WindowCutter;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.GpuStates;
import perseus.recording.log.Handoffs;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.IterationRange;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;
import perseus.recording.run.FrequencyWindow;
import perseus.recording.run.RunDirectory;
import perseus.recording.run.RunManifest;

/**
 * Reads the logs of one rank from all directories of a recording, and divides them into iterations
 * at each frequency. Several threads may call {@link #read} at the same time.
 */
final class RankReader {
  private final List<RunDirectory> directories;
  private final IterationRange range;
  private final Warnings warnings;
  private final Revisit revisit;
  private final StageOrder order = new StageOrder();
  private final ClockEvidence evidence = new ClockEvidence();
  private final Map<RunDirectory, IterationAlignment> alignments = new IdentityHashMap<>();

  /**
   * @param directories directories of the recording, at least one
   * @param range iterations to use; null for all iterations
   * @param warnings receives a warning for each problem in the logs
   */
  RankReader(
      List<RunDirectory> directories,
      List<RankPlace> ranks,
      IterationRange range,
      Warnings warnings) {
    this.directories = directories;
    this.range = range;
    this.warnings = warnings;
    this.revisit = new Revisit(warnings);
    for (RunDirectory directory : directories) {
      alignments.put(directory, new IterationAlignment(directory, ranks, range, warnings));
    }
  }

  /**
   * Reads the logs of one rank from all directories.
   *
   * @throws UserError if the logs of the rank cannot be used
   */
  RankRecording read(RankPlace place) {
    TreeMap<Integer, List<Segment>> segments = new TreeMap<>(Comparator.reverseOrder());
    Map<Integer, Integer> iterationsOf = new HashMap<>();
    int complete = 0;
    Handoffs handoffs = Handoffs.NONE;
    double firstStart = Double.POSITIVE_INFINITY;
    double lastEnd = Double.NEGATIVE_INFINITY;
    List<RankRun> runs = new ArrayList<>();
    for (RunDirectory directory : directories) {
      if (!directory.ranks.contains(place.rank())) {
        continue;
      }
      CoarseTimes coarse = new CoarseTimes(place.rank(), warnings);
      InstructionLog log = coarse.marked(directory.readInstructions(place.rank(), warnings));
      EnergyLog energy = coarse.marked(directory.readEnergy(place.rank(), warnings));
      PowerSamples samples = coarse.marked(directory.readSamples(place.rank(), warnings));
      requireCommonTime(log, energy);
      IterationBlocks iterations = alignments.get(directory).iterations(place, log);
      complete += iterations.complete;
      revisit.add(place.rank(), directory, iterations, energy);
      int length = Math.max(iterations.complete, directory.lastIteration);
      handoffs = handoffs.then(HandoffTimes.of(iterations, length));
      order.add(place, iterations, length);
      firstStart = Math.min(firstStart, log.start()[0]);
      lastEnd = Math.max(lastEnd, log.end()[log.size() - 1]);
      WindowCutter cutter =
          new WindowCutter(place.rank(), iterations, energy, samples, range, warnings);
      cutter.cut(directory.windows, directory.manifest != null, segments, iterationsOf);
      cutter.warnOfMoreThan(directory.lastIteration, directory.manifest != null);
      runs.add(run(place, directory, iterations, energy));
    }
    segments.values().removeIf(List::isEmpty);
    if (segments.isEmpty()) {
      throw new UserError(nothingLeft(place, complete));
    }
    RankChecks.check(runs, warnings, evidence);
    List<Window> windows = new ArrayList<>();
    segments.forEach((f, list) -> windows.add(new Window(f, list, iterationsOf.get(f))));
    GpuStates states = GpuStates.joined(runs.stream().map(RankRun::states).toList());
    return new RankRecording(
        place,
        gpu(),
        windows,
        complete,
        firstStart,
        lastEnd,
        handoffs,
        states,
        overlapsGradReduce());
  }

  /**
   * Returns the changes of time and power between the first and the second measurement of the first
   * frequency. Only the ranks that were already read are compared.
   */
  Revisit revisit() {
    return revisit;
  }

  /**
   * Returns the times of all ranks that were already read, for a check of the order of the stages.
   */
  StageOrder order() {
    return order;
  }

  /** Returns evidence about the real clocks of the GPUs, from the ranks that were already read. */
  ClockEvidence evidence() {
    return evidence;
  }

  private RankRun run(
      RankPlace place, RunDirectory directory, IterationBlocks iterations, EnergyLog energy) {
    return new RankRun(
        place.rank(),
        directory.path,
        directory.manifest != null,
        directory.numMicrobatches,
        directory.windows,
        iterations,
        range,
        energy,
        directory.readStates(place.rank(), warnings));
  }

  private boolean overlapsGradReduce() {
    return directories.stream()
        .map(directory -> directory.manifest)
        .anyMatch(run -> run != null && Boolean.TRUE.equals(run.overlapGradReduce()));
  }

  private String gpu() {
    RunManifest manifest = directories.get(0).manifest;
    return manifest == null || manifest.gpu() == null ? "" : manifest.gpu();
  }

  static void requireCommonTime(InstructionLog log, EnergyLog energy) {
    double first = log.start()[0];
    double last = log.end()[log.size() - 1];
    if (last < energy.times()[0] || first > energy.times()[energy.size() - 1]) {
      throw new UserError(
          "%s was recorded from %.3f to %.3f s and %s from %.3f to %.3f s; the two have no time in common."
              .formatted(
                  log.file(),
                  first,
                  last,
                  energy.file(),
                  energy.times()[0],
                  energy.times()[energy.size() - 1]));
    }
  }

  /**
   * Returns the error message for a rank without an iteration to analyze, with the reason and
   * advice for the user.
   */
  private String nothingLeft(RankPlace place, int complete) {
    RunDirectory directory = directories.get(0);
    FrequencyWindow first = directory.windows.get(0);
    String sentence = "No iteration of rank %d is left to analyze".formatted(place.rank());
    Optional<String> cut = message(place, w -> w.topic().equals(MicrobatchCounts.CUT_LOG));
    if (cut.isPresent()) {
      return sentence + ". " + cut.get();
    }
    if (complete < first.first()) {
      return ("%s holds %d complete iterations of %d microbatches, but the first frequency starts at iteration %d; check --num-microbatches, --num-prof-steps and"
              + " --warmup-schedules.")
          .formatted(
              directory.instructionFile(place.rank()),
              complete,
              directory.numMicrobatches,
              first.first());
    }
    return "%s; check --num-microbatches%s"
        .formatted(
            sentence,
            message(place, w -> w.kind() == Warning.Kind.LEFT_OUT)
                .map(message -> ". " + message)
                .orElse(" and --iterations."));
  }

  /** Returns the text of the first warning about the given rank that fulfills {@code condition}. */
  private Optional<String> message(RankPlace place, Predicate<Warning> condition) {
    return warnings.list().stream()
        .filter(warning -> warning.rank() == place.rank())
        .filter(condition)
        .map(Warning::message)
        .findFirst();
  }
}
