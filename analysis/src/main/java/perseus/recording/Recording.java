package perseus.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import perseus.io.AtomicFiles;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warnings;
import perseus.recording.run.RankOrder;
import perseus.recording.run.RecordingOptions;
import perseus.recording.run.RunDirectory;
import perseus.recording.run.RunManifest;

/**
 * Gives access to the recording of a job, which is the logs of all its ranks in one or more
 * directories.
 *
 * <p>The method {@link #open} reads only file names and {@code run.json}. The method {@link #read}
 * reads the logs of one rank, so that the logs of all ranks need not fit into memory.
 *
 * <p>The directories of a recording may also be repeated recordings of one job. A recording may be
 * divided into one directory from each host.
 */
public final class Recording {
  private final List<RunDirectory> directories;
  private final List<RankPlace> ranks;
  private final int stages;
  private final Warnings warnings;
  private final RankReader reader;

  private Recording(
      List<RunDirectory> directories,
      List<RankPlace> ranks,
      int stages,
      RecordingOptions options,
      Warnings warnings) {
    this.directories = directories;
    this.ranks = ranks;
    this.stages = stages;
    this.warnings = warnings;
    reader = new RankReader(directories, ranks, options.iterations(), warnings);
  }

  /**
   * Opens the recording of a job and finds the job's ranks, without reading a log.
   *
   * @param paths directories of the recording, at least one
   * @param options values that the user gave about the run on the command line
   * @throws UserError if a directory holds no recording, logs are missing, the directories belong
   *     to different jobs, or neither the flags nor {@code run.json} describe the run
   */
  public static Recording open(List<Path> paths, RecordingOptions options) {
    Warnings warnings = new Warnings();
    List<RunDirectory> directories = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      Path path = paths.get(i);
      RunDirectory.require(path);
      RecordingOptions own = options.ofDirectory(i, paths.size());
      directories.add(new RunDirectory(path, LogFormats.of(path), own, warnings));
    }
    OneJob.require(directories);
    TreeSet<Integer> found = new TreeSet<>();
    directories.forEach(directory -> found.addAll(directory.ranks));
    RunDirectory first = OneJob.described(directories);
    List<RankPlace> ranks;
    int stages;
    if (first.manifest != null) {
      ranks =
          first.manifest.ranks().stream().sorted(Comparator.comparingInt(RankPlace::rank)).toList();
      stages = first.manifest.ppDegree();
    } else {
      int dp = options.dpDegree() == null ? 1 : options.dpDegree();
      int tp = options.tpDegree() == null ? 1 : options.tpDegree();
      int world = found.last() + 1;
      stages = options.ppDegree() == null ? Math.max(1, world / (dp * tp)) : options.ppDegree();
      ranks = places(found, stages, dp, tp, options.rankOrder(), first.path);
    }
    for (RankPlace rank : ranks) {
      if (!found.contains(rank.rank())) {
        throw new UserError(
            "%s lacks %s of rank %d (stage %d)."
                .formatted(
                    first.path,
                    Named.list(first.fileNames(rank.rank())),
                    rank.rank(),
                    rank.ppRank()));
      }
    }
    return new Recording(directories, ranks, stages, options, warnings);
  }

  /**
   * Checks that all given paths are existing directories, before long work starts.
   *
   * @throws UserError if a path is not a directory
   */
  public static void requireDirectories(List<Path> paths) {
    paths.forEach(RunDirectory::require);
  }

  /**
   * Returns whether a file exists and belongs to a recording, as a log of a rank or as {@code
   * run.json}.
   *
   * @throws UserError if the file system cannot determine the real path of the file
   */
  public static boolean isLog(Path file) {
    try {
      // A pipe, such as /dev/stdout before another command, has no real path.
      if (!Files.isRegularFile(file)) {
        return false;
      }
      String name = file.toRealPath().getFileName().toString();
      return LogFormats.isLog(name) || name.equals(RunManifest.FILE_NAME);
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    }
  }

  private static List<RankPlace> places(
      TreeSet<Integer> found, int pp, int dp, int tp, RankOrder order, Path directory) {
    int world = pp * dp * tp;
    if (found.last() >= world) {
      throw new UserError(
          ("%s has logs of rank %d, but %d stages x %d pipelines x %d tensor-parallel ranks are"
                  + " only %d ranks, counted from 0; check --pp, --dp and --tp.")
              .formatted(directory, found.last(), pp, dp, tp, world));
    }
    List<RankPlace> ranks = new ArrayList<>();
    for (int rank = 0; rank < world; rank++) {
      ranks.add((order == null ? RankOrder.DP_TP_PP : order).place(rank, pp, dp, tp));
    }
    return ranks;
  }

  /** Returns all ranks of the job in ascending order of the global rank. */
  public List<RankPlace> ranks() {
    return ranks;
  }

  /** Returns the number of pipeline stages of the job. */
  public int stages() {
    return stages;
  }

  /**
   * Returns the contents of the first {@code run.json} in the directories; null if no directory has
   * one.
   */
  public RunManifest manifest() {
    return OneJob.described(directories).manifest;
  }

  /** Returns the paths of the recording's directories. */
  public List<Path> directories() {
    return directories.stream().map(directory -> directory.path).toList();
  }

  /** Returns the number of microbatches that one pipeline processes in an iteration. */
  public int numMicrobatches() {
    return OneJob.described(directories).numMicrobatches;
  }

  /**
   * Returns the warnings about this recording. The returned object receives further warnings while
   * ranks are read and analyzed.
   */
  public Warnings warnings() {
    return warnings;
  }

  /**
   * Returns a sentence about the changes between the first and the second measurement of the first
   * frequency. The returned sentence contains the changes of the iteration time and of the power,
   * for the ranks that were already read. The returned sentence is empty if the run did not measure
   * its first frequency again.
   */
  public Optional<String> revisit() {
    return reader.revisit().sentence();
  }

  /**
   * Returns evidence about the clocks at which the GPUs really ran. The returned object receives
   * further evidence while ranks are read.
   */
  public ClockEvidence clockEvidence() {
    return reader.evidence();
  }

  /**
   * Checks whether the log files of the ranks that were already read have the names of the right
   * ranks.
   *
   * @throws UserError if the times of instructions show that log files have the names of other
   *     ranks
   */
  public void requireOrderOfStages() {
    RunManifest run = manifest();
    if (run == null || run.order() == null) {
      reader.order().require(directories());
    }
  }

  /**
   * Reads the logs of one rank; several threads may call this method at the same time.
   *
   * @throws UserError if the logs of the rank cannot be used
   */
  public RankRecording read(RankPlace place) {
    return reader.read(place);
  }
}
