package perseus.recording.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import perseus.io.ShellWord;
import perseus.io.UserError;
import perseus.io.kind.PathKind;
import perseus.io.kind.WrongPath;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.GpuStates;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warnings;

/**
 * Describes one directory of a recording: its {@code run.json}, its ranks, and the iterations at
 * each frequency. The methods of {@code RunDirectory} read the logs of one rank at a time.
 */
public final class RunDirectory {
  /**
   * Default number of warm-ups of a recording without {@code run.json}, as in the framework Merak.
   */
  public static final int DEFAULT_WARMUPS = 2;

  public final Path path;

  /** Contents of {@code run.json}; null if the file does not exist. */
  public final RunManifest manifest;

  /** Global ranks whose logs are in the directory. */
  public final SortedSet<Integer> ranks;

  /** Number of microbatches that one pipeline processes in an iteration. */
  public final int numMicrobatches;

  /** Ranges of iterations at each measured frequency, in the order in which they ran. */
  public final List<FrequencyWindow> windows;

  /**
   * Number of the last iteration according to {@code run.json} or the user's flags, counted from 1.
   */
  public final int lastIteration;

  private final LogFormat format;

  /**
   * Reads {@code run.json} and finds the ranks with logs in a directory, without reading a log.
   *
   * @param format format of the logs in the directory
   * @throws UserError if a rank lacks a log, {@code run.json} is damaged or contradicts {@code
   *     options}, or the iterations at each frequency are unknown
   */
  public RunDirectory(Path path, LogFormat format, RecordingOptions options, Warnings warnings) {
    this.path = path;
    this.format = format;
    Path run = path.resolve(RunManifest.FILE_NAME);
    manifest = Files.exists(run) ? RunManifest.read(run) : null;
    ranks = new TreeSet<>(format.ranks(path));
    if (ranks.isEmpty()) {
      throw new UserError(
          "%s holds no recording: the log format %s finds no rank in it."
              .formatted(path, format.name()));
    }
    if (manifest != null) {
      requireUsable(run);
      new ManifestFlags(run, manifest).requireAgreement(options);
      leaveOutUnlistedRanks(warnings);
      ClocksHeld.warn(manifest, warnings);
    } else {
      requireFlag(options.numMicrobatches(), "--num-microbatches");
      requireFlag(options.numProfSteps(), "--num-prof-steps");
      requireFlag(options.frequencies(), "--frequencies or --frequency-of-directory");
    }
    numMicrobatches =
        options.numMicrobatches() != null ? options.numMicrobatches() : manifest.numMicrobatches();
    List<FrequencyWindow> listed =
        manifest == null ? List.of() : FrequencyWindow.of(manifest.schedules());
    windows = listed.isEmpty() && options.frequencies() != null ? evenWindows(options) : listed;
    if (windows.isEmpty()) {
      throw new UserError(
          run + " lists no schedule that ran at one frequency, so there is nothing to profile.");
    }
    int last = windows.get(windows.size() - 1).last();
    if (manifest != null) {
      for (RunManifest.Schedule schedule : manifest.schedules()) {
        last = Math.max(last, schedule.lastIteration());
      }
    }
    lastIteration = Math.max(1, last);
  }

  /**
   * Checks that a path is a directory.
   *
   * @throws UserError if the path does not exist or is a file
   */
  public static void require(Path path) {
    if (!Files.isDirectory(path)) {
      throw new UserError(
          !Files.exists(path)
              ? path + " does not exist."
              : PathKind.of(path) == PathKind.FILE
                  ? path + " is a file, not a directory; name the directory that contains it."
                  : WrongPath.sentence(path, "the directory of a recording", PathKind.RECORDING));
    }
  }

  /**
   * Checks that {@code run.json} has all required values. A {@code run.json} that was written by
   * hand or by another program may lack values.
   */
  private void requireUsable(Path run) {
    if (manifest.ranks() == null || manifest.schedules() == null) {
      throw new UserError(run + " must list \"ranks\" and \"schedules\".");
    }
    if (manifest.numMicrobatches() < 1) {
      throw new UserError(run + " must have \"num_microbatches\" of 1 or more.");
    }
    for (RankPlace rank : manifest.ranks()) {
      if (rank.ppRank() < 0 || rank.ppRank() >= manifest.ppDegree()) {
        throw new UserError(
            "%s puts rank %d on stage %d, but the pipeline has %d stages, counted from 0."
                .formatted(run, rank.rank(), rank.ppRank(), manifest.ppDegree()));
      }
    }
  }

  private List<FrequencyWindow> evenWindows(RecordingOptions options) {
    Integer steps =
        options.numProfSteps() != null ? options.numProfSteps() : manifest.numProfSteps();
    requireFlag(steps, "--num-prof-steps");
    int warmups = options.warmupSchedules() != null ? options.warmupSchedules() : DEFAULT_WARMUPS;
    return FrequencyWindow.evenly(options.frequencies(), Math.max(1, steps), warmups);
  }

  private void requireFlag(Object value, String flag) {
    if (value == null) {
      throw new UserError(
          "%s has no %s that describes the run; give %s. 'bin/perseus-analyze check %s' prints all flags that it needs."
              .formatted(path, RunManifest.FILE_NAME, flag, ShellWord.of(path)));
    }
  }

  private void leaveOutUnlistedRanks(Warnings warnings) {
    TreeSet<Integer> unlisted = new TreeSet<>(ranks);
    manifest.ranks().forEach(rank -> unlisted.remove(rank.rank()));
    if (!unlisted.isEmpty()) {
      warnings.leftOut(
          "%s: the files of ranks %s are left out, because %s does not list these ranks."
              .formatted(path, unlisted, RunManifest.FILE_NAME));
      ranks.removeAll(unlisted);
    }
  }

  /**
   * Returns the iterations at the end of the run that measured the first frequency again; empty if
   * there are none.
   */
  public Optional<FrequencyWindow> revisit() {
    return manifest == null ? Optional.empty() : FrequencyWindow.revisit(manifest.schedules());
  }

  /** Returns the path of a rank's instruction log. */
  public Path instructionFile(int rank) {
    return path.resolve(format.fileNames(rank).get(0));
  }

  /** Returns the names of a rank's log files. */
  public List<String> fileNames(int rank) {
    return format.fileNames(rank);
  }

  /**
   * Reads the instruction log of one rank.
   *
   * @throws UserError if the instruction log is missing or cannot be used
   */
  public InstructionLog readInstructions(int rank, Warnings warnings) {
    return format.readInstructions(path, rank, warnings);
  }

  /**
   * Reads the energy log of one rank.
   *
   * @throws UserError if the energy log is missing or cannot be used
   */
  public EnergyLog readEnergy(int rank, Warnings warnings) {
    return format.readEnergy(path, rank, warnings);
  }

  /**
   * Reads the power samples of one rank. Returns {@link PowerSamples#NONE} if no samples were
   * recorded.
   *
   * @throws UserError if the power samples cannot be used
   */
  public PowerSamples readSamples(int rank, Warnings warnings) {
    return format.readSamples(path, rank, warnings);
  }

  /**
   * Reads the clocks and temperatures of one rank's GPU. Returns {@link GpuStates#NONE} if no
   * clocks were recorded.
   *
   * @throws UserError if the clocks and temperatures cannot be used
   */
  public GpuStates readStates(int rank, Warnings warnings) {
    return format.readStates(path, rank, warnings);
  }
}
