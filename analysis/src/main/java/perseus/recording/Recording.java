package perseus.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.recording.csv.EnergyLogReader;
import perseus.recording.csv.InstructionLogReader;
import perseus.recording.iteration.HandoffTimes;
import perseus.recording.iteration.IterationAlignment;
import perseus.recording.iteration.IterationBlocks;
import perseus.recording.iteration.MicrobatchCounts;
import perseus.recording.iteration.WindowCutter;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Handoffs;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;
import perseus.recording.run.FrequencyWindow;
import perseus.recording.run.RankOrder;
import perseus.recording.run.RecordingOptions;
import perseus.recording.run.RunDirectory;
import perseus.recording.run.RunManifest;

/**
 * The recording of a job: the logs of every rank, in one or more directories. Opening it looks at
 * names and manifests only; {@link #read} reads one rank's logs, so that a job of any size fits.
 *
 * <p>Several directories may be recordings of the same job, or parts of one (each host's ranks).
 */
public final class Recording {
  private final List<RunDirectory> directories;
  private final List<RankPlace> ranks;
  private final int stages;
  private final RecordingOptions options;
  private final Warnings warnings;
  private final Map<RunDirectory, IterationAlignment> alignments = new IdentityHashMap<>();

  private Recording(
      List<RunDirectory> directories,
      List<RankPlace> ranks,
      int stages,
      RecordingOptions options,
      Warnings warnings) {
    this.directories = directories;
    this.ranks = ranks;
    this.stages = stages;
    this.options = options;
    this.warnings = warnings;
    for (RunDirectory directory : directories) {
      alignments.put(
          directory, new IterationAlignment(directory, ranks, options.iterations(), warnings));
    }
  }

  /**
   * Finds the ranks of a job.
   *
   * @param paths its directories, at least one
   * @throws UserError if there is no recording, a rank is missing, or neither {@code run.json} nor
   *     {@code options} say how to read it
   */
  public static Recording open(List<Path> paths, RecordingOptions options) {
    Warnings warnings = new Warnings();
    List<RunDirectory> directories = new ArrayList<>();
    for (Path path : paths) {
      directories.add(new RunDirectory(path, options, warnings));
    }
    requireOneJob(directories);
    TreeSet<Integer> found = new TreeSet<>();
    directories.forEach(directory -> found.addAll(directory.ranks));
    RunManifest manifest = directories.get(0).manifest;
    List<RankPlace> ranks;
    int stages;
    if (manifest != null) {
      ranks = manifest.ranks().stream().sorted(Comparator.comparingInt(RankPlace::rank)).toList();
      stages = manifest.ppDegree();
    } else {
      int dp = options.dpDegree() == null ? 1 : options.dpDegree();
      int tp = options.tpDegree() == null ? 1 : options.tpDegree();
      int world = found.last() + 1;
      stages = options.ppDegree() == null ? Math.max(1, world / (dp * tp)) : options.ppDegree();
      ranks = places(found, stages, dp, tp, options.rankOrder(), directories.get(0).path);
    }
    for (RankPlace rank : ranks) {
      if (!found.contains(rank.rank())) {
        throw new UserError(
            "%s lacks instructions-%d.csv and time-energy-%d.csv of rank %d (stage %d)."
                .formatted(
                    directories.get(0).path, rank.rank(), rank.rank(), rank.rank(), rank.ppRank()));
      }
    }
    return new Recording(directories, ranks, stages, options, warnings);
  }

  /**
   * Checks before long work that paths are directories.
   *
   * @throws UserError if one is not
   */
  public static void requireDirectories(List<Path> paths) {
    paths.forEach(RunDirectory::require);
  }

  /** Whether there is a file that belongs to a recording: a rank's log or {@code run.json}. */
  public static boolean isLog(Path file) {
    try {
      return Files.exists(file) && RunDirectory.isOwn(file.toRealPath());
    } catch (IOException e) {
      throw new UserError(file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }

  /** Manifests must agree on everything that an instruction's time and energy depend on. */
  private static void requireOneJob(List<RunDirectory> directories) {
    RunDirectory first = directories.get(0);
    Set<Path> seen = new HashSet<>();
    for (RunDirectory directory : directories) {
      if (!seen.add(directory.path.toAbsolutePath().normalize())) {
        throw new UserError(directory.path + " is named twice.");
      }
      if (first.manifest != null
          && directory.manifest != null
          && !job(directory.manifest).equals(job(first.manifest))) {
        throw new UserError(
            "%s and %s record different jobs: %s, and %s."
                .formatted(
                    first.path, directory.path, job(first.manifest), job(directory.manifest)));
      }
    }
  }

  private static String job(RunManifest run) {
    return "%s in microbatches of %d, partition %s, pp %d dp %d tp %d, on %s"
        .formatted(
            run.model(),
            run.microbatchSize(),
            run.partition(),
            run.ppDegree(),
            run.dpDegree(),
            run.tpDegree(),
            run.gpu());
  }

  private static List<RankPlace> places(
      TreeSet<Integer> found, int pp, int dp, int tp, RankOrder order, Path directory) {
    int world = pp * dp * tp;
    if (found.last() >= world) {
      throw new UserError(
          "%s has logs of rank %d, but %d stages x %d pipelines x %d tensor-parallel ranks make %d"
                  .formatted(directory, found.last(), pp, dp, tp, world)
              + " ranks; give --pp, --dp and --tp as they were.");
    }
    List<RankPlace> ranks = new ArrayList<>();
    for (int rank = 0; rank < world; rank++) {
      ranks.add((order == null ? RankOrder.DP_TP_PP : order).place(rank, pp, dp, tp));
    }
    return ranks;
  }

  /** Every rank of the job, in order. */
  public List<RankPlace> ranks() {
    return ranks;
  }

  /** Number of pipeline stages. */
  public int stages() {
    return stages;
  }

  /** What {@code run.json} says; null where there is none. */
  public RunManifest manifest() {
    return directories.get(0).manifest;
  }

  /** Directories that the recording is in. */
  public List<Path> directories() {
    return directories.stream().map(directory -> directory.path).toList();
  }

  /** Microbatches of one pipeline in an iteration. */
  public int numMicrobatches() {
    return directories.get(0).numMicrobatches;
  }

  /** What was found wrong so far; reading and attributing add to it. */
  public Warnings warnings() {
    return warnings;
  }

  /**
   * Reads one rank's logs.
   *
   * @throws UserError if they cannot be used
   */
  public RankRecording read(RankPlace place) {
    TreeMap<Integer, List<Segment>> segments = new TreeMap<>(Comparator.reverseOrder());
    Map<Integer, Integer> iterationsOf = new HashMap<>();
    int complete = 0;
    Handoffs handoffs = Handoffs.NONE;
    double firstStart = Double.POSITIVE_INFINITY;
    double lastEnd = Double.NEGATIVE_INFINITY;
    for (RunDirectory directory : directories) {
      if (!directory.ranks.contains(place.rank())) {
        continue;
      }
      InstructionLog log =
          InstructionLogReader.read(directory.instructions(place.rank()), place.rank(), warnings);
      EnergyLog energy =
          EnergyLogReader.read(directory.energy(place.rank()), place.rank(), warnings);
      requireCommonSpan(log, energy);
      IterationBlocks iterations = alignments.get(directory).iterations(place, log);
      complete += iterations.complete;
      int length = Math.max(iterations.complete, directory.lastIteration);
      handoffs = handoffs.then(HandoffTimes.of(iterations, length));
      firstStart = Math.min(firstStart, log.start()[0]);
      lastEnd = Math.max(lastEnd, log.end()[log.size() - 1]);
      WindowCutter cutter =
          new WindowCutter(place.rank(), iterations, energy, options.iterations(), warnings);
      cutter.cut(directory.windows, segments, iterationsOf);
      cutter.warnOfMoreThan(directory.lastIteration, directory.manifest != null);
    }
    segments.values().removeIf(List::isEmpty);
    if (segments.isEmpty()) {
      throw new UserError(nothingLeft(place, complete));
    }
    List<Window> windows = new ArrayList<>();
    segments.forEach((f, list) -> windows.add(new Window(f, list, iterationsOf.get(f))));
    return new RankRecording(place, gpu(), windows, complete, firstStart, lastEnd, handoffs);
  }

  private String gpu() {
    RunManifest manifest = manifest();
    return manifest == null || manifest.gpu() == null ? "" : manifest.gpu();
  }

  private static void requireCommonSpan(InstructionLog log, EnergyLog energy) {
    double first = log.start()[0];
    double last = log.end()[log.size() - 1];
    if (last < energy.times()[0] || first > energy.times()[energy.size() - 1]) {
      throw new UserError(
          "%s was recorded from %.3f to %.3f and %s from %.3f to %.3f: they share no time."
              .formatted(
                  log.file(),
                  first,
                  last,
                  energy.file(),
                  energy.times()[0],
                  energy.times()[energy.size() - 1]));
    }
  }

  private String nothingLeft(RankPlace place, int complete) {
    RunDirectory directory = directories.get(0);
    FrequencyWindow first = directory.windows.get(0);
    Optional<String> cut = message(place, w -> w.topic().equals(MicrobatchCounts.CUT_LOG));
    if (cut.isPresent()) {
      return "No iteration of rank %d is left to analyze. %s".formatted(place.rank(), cut.get());
    }
    if (complete < first.first()) {
      return ("%s holds %d complete iterations of %d microbatches, but the first frequency's window"
              + " starts at iteration %d; check --num-microbatches, --num-prof-steps and"
              + " --warmup-schedules.")
          .formatted(
              directory.instructions(place.rank()),
              complete,
              directory.numMicrobatches,
              first.first());
    }
    return "No iteration of rank %d is left to analyze; check --num-microbatches. %s"
        .formatted(
            place.rank(),
            message(place, w -> w.kind() == Warning.Kind.LEFT_OUT)
                .orElse("Or --iterations matches none."));
  }

  /** The first warning about a rank of which {@code what} holds. */
  private Optional<String> message(RankPlace place, Predicate<Warning> what) {
    return warnings.list().stream()
        .filter(warning -> warning.rank() == place.rank())
        .filter(what)
        .map(Warning::message)
        .findFirst();
  }
}
