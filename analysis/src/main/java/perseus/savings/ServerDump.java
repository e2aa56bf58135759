package perseus.savings;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.AtomicFiles;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.recording.run.RunManifest;

/**
 * What a plan server dumped about a job: {@code N.prof.json} for each schedule that ran.
 *
 * <p>A schedule's time is the mean over its iterations of the slowest rank's time, its energy the
 * mean of the sum over ranks. The first {@value #WARMUP} iterations of each do not count, and the
 * first {@value #WARMUP} schedules are warm-ups at the highest frequency.
 *
 * @param directory where it lies
 * @param ranks number of ranks, and so of GPUs
 * @param simulated whether it is known to be of simulated GPUs: a run's {@code run.json} beside its
 *     dump says so
 * @param iterations what an iteration took under each schedule, warm-ups left out
 */
public record ServerDump(Path directory, int ranks, boolean simulated, List<Iteration> iterations) {
  private static final int WARMUP = 2;
  private static final Pattern NAME = Pattern.compile("(\\d{1,9})\\.prof\\.json");

  /** One rank's part of a file: a number per iteration. */
  private record Rank(Integer rank, List<Double> iterTime, List<Double> iterEnergy) {}

  /**
   * Reads the dump of one job.
   *
   * @throws UserError if it holds no schedule but warm-ups, lacks one of those before its last, or
   *     holds one that cannot be
   */
  public static ServerDump read(Path directory) {
    TreeMap<Integer, Path> files = files(directory);
    requireAll(directory, files.keySet());
    if (files.size() <= WARMUP) {
      throw new UserError(
          "%s holds %d schedules (0.prof.json and so on), of which the first %d are warm-ups; nothing is left."
              .formatted(directory, files.size(), WARMUP));
    }
    int ranks = 0;
    List<Iteration> iterations = new ArrayList<>();
    for (Path file : files.values()) {
      Rank[] read = JsonFiles.read(file, Rank[].class, "a dump of measured iterations");
      if (ranks != 0 && read.length != ranks) {
        throw new UserError(
            "%s has %d ranks, but the schedules before it have %d."
                .formatted(file, read.length, ranks));
      }
      ranks = read.length;
      iterations.add(mean(file, read));
    }
    return new ServerDump(
        directory, ranks, simulated(directory), iterations.subList(WARMUP, iterations.size()));
  }

  /** Were a schedule missing, those after it would be taken for warm-ups, or for one another. */
  private static void requireAll(Path directory, Set<Integer> numbers) {
    int expected = 0;
    for (int number : numbers) {
      if (number != expected) {
        throw new UserError(
            "%s lacks %d.prof.json, though it has %d.prof.json; schedules are numbered from 0, warm-ups first."
                .formatted(directory, expected, number));
      }
      expected++;
    }
  }

  private static boolean simulated(Path directory) {
    Path run = directory.toAbsolutePath().resolveSibling(RunManifest.FILE_NAME);
    return Files.exists(run) && RunManifest.read(run).simulated();
  }

  private static TreeMap<Integer, Path> files(Path directory) {
    TreeMap<Integer, Path> files = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.prof.json")) {
      for (Path entry : entries) {
        Matcher name = NAME.matcher(entry.getFileName().toString());
        if (name.matches()) {
          files.put(Integer.parseInt(name.group(1)), entry);
        }
      }
    } catch (IOException e) {
      throw new UserError(
          "The directory " + directory + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
    return files;
  }

  private static Iteration mean(Path file, Rank[] ranks) {
    int count = count(file, ranks);
    // Of one or two iterations the last counts, though it is a warm-up.
    int first = Math.min(WARMUP, count - 1);
    double time = 0;
    double energy = 0;
    for (int i = first; i < count; i++) {
      double slowest = 0;
      for (Rank rank : ranks) {
        slowest = Math.max(slowest, positive(file, rank.iterTime, i, "iter_time"));
        energy += positive(file, rank.iterEnergy, i, "iter_energy");
      }
      time += slowest;
    }
    return new Iteration(time / (count - first), energy / (count - first));
  }

  private static int count(Path file, Rank[] ranks) {
    if (ranks.length == 0) {
      throw new UserError(file + " has no rank.");
    }
    int count = -1;
    for (int r = 0; r < ranks.length; r++) {
      Rank rank = ranks[r];
      if (rank == null || rank.iterTime == null || rank.iterEnergy == null) {
        throw new UserError(
            "%s lacks iter_time or iter_energy of entry %d.".formatted(file, r + 1));
      }
      count = count < 0 ? rank.iterTime.size() : count;
      if (count == 0 || rank.iterTime.size() != count || rank.iterEnergy.size() != count) {
        throw new UserError(
            "%s has %d times and %d energies for entry %d; every rank needs one of each per iteration, as many as the first has."
                .formatted(file, rank.iterTime.size(), rank.iterEnergy.size(), r + 1));
      }
    }
    return count;
  }

  private static double positive(Path file, List<Double> values, int iteration, String what) {
    Double value = values.get(iteration);
    if (value == null || !(value > 0) || value.isInfinite()) {
      throw new UserError(
          "%s has %s %s for iteration %d, not a number above 0."
              .formatted(file, what, value, iteration + 1));
    }
    return value;
  }
}
