package perseus.recording.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warnings;

/** One run's directory: which ranks wrote logs, how its iterations are labelled. */
public final class RunDirectory {
  private static final Pattern INSTRUCTIONS = Pattern.compile("instructions-(\\d{1,6})\\.csv");
  private static final Pattern ENERGY = Pattern.compile("time-energy-(\\d{1,6})\\.csv");

  public final Path path;

  /** What {@code run.json} says; null where there is none. */
  public final RunManifest manifest;

  public final TreeSet<Integer> ranks = new TreeSet<>();
  public final int numMicrobatches;
  public final List<FrequencyWindow> windows;

  /** The last iteration that the run had, as far as is known before its logs are read, from 1. */
  public final int lastIteration;

  /**
   * Looks into {@code path}.
   *
   * @throws UserError if it holds no recording, or does not say and was not told how to read it
   */
  public RunDirectory(Path path, RecordingOptions options, Warnings warnings) {
    this.path = path;
    require(path);
    Path run = path.resolve(RunManifest.FILE_NAME);
    manifest = Files.exists(run) ? RunManifest.read(run) : null;
    findRanks();
    if (manifest != null) {
      check(run);
      new ManifestFlags(run, manifest).requireAgreement(options);
      compareRanks(warnings);
    }
    if (manifest == null) {
      requireFlag(options.numMicrobatches(), "--num-microbatches");
      requireFlag(options.numProfSteps(), "--num-prof-steps");
      requireFlag(options.frequencies(), "--frequencies");
    }
    numMicrobatches =
        options.numMicrobatches() != null ? options.numMicrobatches() : manifest.numMicrobatches();
    List<FrequencyWindow> ran =
        manifest == null ? List.of() : FrequencyWindow.of(manifest.schedules());
    windows = ran.isEmpty() && options.frequencies() != null ? evenly(options) : ran;
    if (windows.isEmpty()) {
      throw new UserError(run + " lists no schedule of one frequency to make a profile of.");
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
   * Checks that there is a directory.
   *
   * @throws UserError if there is none, or a file in its place
   */
  public static void require(Path path) {
    if (!Files.isDirectory(path)) {
      throw new UserError(
          path
              + (Files.exists(path)
                  ? " is a file, not a directory; name the directory that it is in."
                  : " does not exist."));
    }
  }

  /** A manifest written by hand or by another program may lack what the analysis rests on. */
  private void check(Path run) {
    if (manifest.ranks() == null || manifest.schedules() == null) {
      throw new UserError(run + " must list \"ranks\" and \"schedules\".");
    }
    if (manifest.numMicrobatches() < 1) {
      throw new UserError(run + " must say \"num_microbatches\", 1 or more.");
    }
    for (RankPlace rank : manifest.ranks()) {
      if (rank.ppRank() < 0 || rank.ppRank() >= manifest.ppDegree()) {
        throw new UserError(
            "%s puts rank %d on stage %d, but there are %d stages."
                .formatted(run, rank.rank(), rank.ppRank(), manifest.ppDegree()));
      }
    }
  }

  private List<FrequencyWindow> evenly(RecordingOptions options) {
    int steps = options.numProfSteps() != null ? options.numProfSteps() : manifest.numProfSteps();
    int warmups = options.warmupSchedules() != null ? options.warmupSchedules() : 2;
    return FrequencyWindow.evenly(options.frequencies(), Math.max(1, steps), warmups);
  }

  private void requireFlag(Object value, String flag) {
    if (value == null) {
      throw new UserError(
          path + " has no " + RunManifest.FILE_NAME + "; say with " + flag + " what was run.");
    }
  }

  private void findRanks() {
    TreeSet<Integer> energies = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        addRank(INSTRUCTIONS, file, ranks);
        addRank(ENERGY, file, energies);
      }
    } catch (IOException e) {
      throw new UserError(path + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
    if (ranks.isEmpty() && energies.isEmpty()) {
      throw new UserError(
          path
              + " holds no recording: there is no instructions-0.csv and no time-energy-0.csv."
              + (Files.exists(path.resolve("instructions-0.csv.gz"))
                  ? " Unpack instructions-0.csv.gz and the others first."
                  : ""));
    }
    for (int rank : ranks) {
      if (!energies.contains(rank)) {
        throw new UserError(path + " lacks time-energy-" + rank + ".csv.");
      }
    }
    for (int rank : energies) {
      if (!ranks.contains(rank)) {
        throw new UserError(path + " lacks instructions-" + rank + ".csv.");
      }
    }
  }

  /** Whether a file's name is one of a recording. */
  public static boolean isOwn(Path file) {
    String name = file.getFileName().toString();
    return INSTRUCTIONS.matcher(name).matches()
        || ENERGY.matcher(name).matches()
        || name.equals(RunManifest.FILE_NAME);
  }

  private static void addRank(Pattern pattern, Path file, TreeSet<Integer> ranks) {
    Matcher name = pattern.matcher(file.getFileName().toString());
    if (name.matches()) {
      ranks.add(Integer.parseInt(name.group(1)));
    }
  }

  private void compareRanks(Warnings warnings) {
    TreeSet<Integer> listed = new TreeSet<>();
    manifest.ranks().forEach(rank -> listed.add(rank.rank()));
    TreeSet<Integer> extra = new TreeSet<>(ranks);
    extra.removeAll(listed);
    if (!extra.isEmpty()) {
      warnings.leftOut(
          path + ": the files of ranks " + extra + " are left out; run.json lists no such rank.");
      ranks.removeAll(extra);
    }
  }

  public Path instructions(int rank) {
    return path.resolve("instructions-" + rank + ".csv");
  }

  public Path energy(int rank) {
    return path.resolve("time-energy-" + rank + ".csv");
  }
}
