package perseus.savings;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.AtomicFiles;
import perseus.io.JsonFiles;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Holds the measured iteration times and energies that a plan server wrote about one job. For each
 * frequency schedule that ran, the plan server wrote a file {@code N.prof.json}, where N is the
 * number of the schedule.
 *
 * <p>A frequency schedule gives a frequency to every computation of an iteration. A job runs
 * several iterations under each frequency schedule. The time of an iteration is the time of its
 * slowest rank. The energy of an iteration is the sum of the energies of all ranks. The time and
 * the energy of a frequency schedule are the mean time and the mean energy of its iterations. The
 * first {@value #WARMUP} frequency schedules are warm-ups at the highest frequency. The last
 * warm-up schedule gives the time and energy of an iteration at the highest frequency. The first
 * {@value #WARMUP} iterations under every frequency schedule only warm up the GPUs, so the
 * measurements of these iterations are not used.
 *
 * @param directory directory that contains the files {@code N.prof.json}
 * @param ranks number of ranks of the job, which is also its number of GPUs
 * @param job facts about the measured job, which the directory states
 * @param allMax mean time and mean energy of an iteration with every operation at the highest
 *     frequency; null if the directory lacks this measurement
 * @param iterations mean time and mean energy of the iterations under each frequency schedule that
 *     is not a warm-up
 */
public record ServerDump(
    Path directory, int ranks, DumpedJob job, Iteration allMax, List<Iteration> iterations) {
  /**
   * Number of warm-up schedules at the start of a job, and of warm-up iterations at the start of
   * each schedule.
   */
  private static final int WARMUP = 2;

  private static final Pattern NAME = Pattern.compile("(\\d{1,9})\\.prof\\.json");

  /**
   * Holds the values that a file {@code N.prof.json} contains for one rank. For each iteration, a
   * file {@code N.prof.json} contains one time in seconds and one energy in joules of the rank. A
   * file {@code N.prof.json} can also contain the time of each executed instruction, grouped by
   * kind of instruction and iteration.
   */
  private record Rank(
      Integer rank, List<Double> iterTime, List<Double> iterEnergy, JsonNode timeBreakdown) {}

  /**
   * Reads all files {@code N.prof.json} that a plan server wrote about one job.
   *
   * @throws UserError if the directory contains only warm-ups, if the file of an earlier schedule
   *     is missing, or if a file has a wrong format
   */
  public static ServerDump read(Path directory) {
    TreeMap<Integer, Path> files = files(directory);
    requireAll(directory, files.keySet());
    int warmups = files.isEmpty() ? WARMUP : Math.max(0, WARMUP - files.firstKey());
    if (files.size() <= warmups) {
      throw new UserError(
          "The number of files N.prof.json in %s is %d, but the first %d are of warm-ups, so that at least one more is needed."
              .formatted(directory, files.size(), WARMUP));
    }
    int ranks = 0;
    List<Iteration> iterations = new ArrayList<>();
    OptionalInt microbatches = OptionalInt.empty();
    for (Path file : files.values()) {
      Rank[] read = JsonFiles.read(file, Rank[].class, "a dump of measured iterations");
      if (ranks != 0 && read.length != ranks) {
        throw new UserError(
            "%s has %s, but the earlier schedules have %d."
                .formatted(file, Named.count(read.length, "rank"), ranks));
      }
      ranks = read.length;
      iterations.add(mean(file, read));
      microbatches = forwards(read[0]);
    }
    DumpedJob job = DumpedJob.of(directory);
    JobFacts facts = job.facts().with(JobFacts.RANKS, ranks);
    return new ServerDump(
        directory,
        ranks,
        new DumpedJob(
            facts.values().containsKey(JobFacts.MICROBATCHES) || microbatches.isEmpty()
                ? facts
                : facts.with(JobFacts.MICROBATCHES, microbatches.getAsInt()),
            job.texts(),
            job.simulated()),
        warmups == 0 ? null : iterations.get(warmups - 1),
        iterations.subList(warmups, iterations.size()));
  }

  /**
   * Returns whether {@code perseus.json}, or {@code run.json} in the parent directory, states that
   * the GPUs are simulated. If no file says whether the GPUs are simulated, the method returns
   * false.
   */
  public boolean simulated() {
    return job.simulated();
  }

  /**
   * Returns the number of microbatches. The number of microbatches is the number of forwards that a
   * rank ran in every iteration. Returns an empty result if the number of forwards is unknown or
   * differs between iterations.
   */
  private static OptionalInt forwards(Rank rank) {
    Set<Integer> counts = new HashSet<>();
    if (rank.timeBreakdown != null) {
      rank.timeBreakdown.path("forward").forEach(forwards -> counts.add(forwards.size()));
    }
    return counts.size() == 1 && !counts.contains(0)
        ? OptionalInt.of(counts.iterator().next())
        : OptionalInt.empty();
  }

  /**
   * Checks that the numbers N of the files {@code N.prof.json} start at 0 and have no gap. If the
   * file of a warm-up schedule were missing, a later frequency schedule would be treated as a
   * warm-up. If the directory contains {@code totals.json}, the plan server kept only the newest
   * schedules, so files of the first schedules may be missing.
   */
  private static void requireAll(Path directory, Set<Integer> numbers) {
    int expected =
        Files.exists(directory.resolve("totals.json")) && !numbers.isEmpty()
            ? Collections.min(numbers)
            : 0;
    for (int number : numbers) {
      if (number != expected) {
        throw new UserError(
            "%s contains no %d.prof.json, but it contains %d.prof.json; schedules are numbered from 0, warm-ups first."
                .formatted(directory, expected, number));
      }
      expected++;
    }
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
      throw AtomicFiles.unreadable(directory, e);
    }
    return files;
  }

  private static Iteration mean(Path file, Rank[] ranks) {
    int count = count(file, ranks);
    // If a frequency schedule has at most WARMUP iterations, only its last iteration is used.
    int first = Math.min(WARMUP, count - 1);
    double time = 0;
    double energy = 0;
    for (int i = first; i < count; i++) {
      double slowest = 0;
      for (int r = 0; r < ranks.length; r++) {
        slowest = Math.max(slowest, positive(file, r, "iter_time", ranks[r].iterTime, i));
        energy += positive(file, r, "iter_energy", ranks[r].iterEnergy, i);
      }
      time += slowest;
    }
    return new Iteration(time / (count - first), energy / (count - first));
  }

  private static int count(Path file, Rank[] ranks) {
    if (ranks.length == 0) {
      throw new UserError(file + " has no entries; it needs one per rank.");
    }
    int count = -1;
    for (int r = 0; r < ranks.length; r++) {
      Rank rank = ranks[r];
      if (rank == null || rank.iterTime == null || rank.iterEnergy == null) {
        throw new UserError(
            "%s, entry %d needs an iter_time and an iter_energy.".formatted(file, r + 1));
      }
      count = count < 0 ? rank.iterTime.size() : count;
      if (count == 0 || rank.iterTime.size() != count || rank.iterEnergy.size() != count) {
        throw new UserError(
            "%s, entry %d: iter_time has %d values and iter_energy has %d; each needs one value per iteration, as many as in entry 1."
                .formatted(file, r + 1, rank.iterTime.size(), rank.iterEnergy.size()));
      }
    }
    return count;
  }

  private static double positive(
      Path file, int rank, String field, List<Double> values, int iteration) {
    Double value = values.get(iteration);
    if (value == null || !(value > 0) || value.isInfinite()) {
      throw new UserError(
          "%s, entry %d, iteration %d: %s is %s, not a number above 0."
              .formatted(file, rank + 1, iteration + 1, field, value));
    }
    return value;
  }
}
