package perseus.control.dump;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import perseus.control.Mode;
import perseus.control.NewPlans;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.protocol.Protocol;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Writes the state dump of a job: a directory of JSON files with the job's ranks, schedules and
 * results. A round is a sequence of consecutive iterations under one frequency schedule. For the
 * round number N of a job, the state dump contains the files {@code N.sched.json} and {@code
 * N.prof.json}. A state dump also contains the files {@code perseus.json} and {@code ranks.json}.
 * The JSON files of a state dump have the same format as in the Perseus research release and in
 * Zeus.
 *
 * <p>A state dump may keep only the newest schedules and results. If a state dump keeps only the
 * newest results, the file {@code totals.json} contains the totals of all results. If the GPUs are
 * simulated, each JSON object in a state dump has the additional field {@code simulated}.
 */
public final class StateDump {
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build())
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  /**
   * Maximum number of directories with new plans in a state dump; only the newest directories are
   * kept.
   */
  private static final int KEPT_PLANS = 10;

  private final Path directory;
  private final Protocol protocol;
  private final List<RankInfo> ranks;
  private final boolean simulated;
  private final DumpTotals totals;
  private int keptRounds = Integer.MAX_VALUE;

  /** Holds the result of a rank and the additional field {@code simulated}. */
  private record SimulatedResult(@JsonUnwrapped RankResult result, boolean simulated) {}

  /**
   * Holds the contents of the file {@code perseus.json}: the scheduler, its arguments and other
   * values of the run. The plan server also sends the contents of {@code perseus.json} as its
   * answer to {@code GET /info}.
   *
   * @param scheduler name of the scheduler that chooses the power states
   * @param schedulerArgs arguments of the scheduler, as a map from the name of an argument to its
   *     value
   * @param logLevel log level of the plan server, such as {@code INFO}
   * @param mode kind of power state (clock or power limit) that the scheduler sets
   * @param dumpData true if the run writes state dumps
   * @param dumpDir directory that contains the state dumps of all jobs
   * @param simulated true if the GPUs are simulated; null if they are real or unknown
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Settings(
      String scheduler,
      Map<String, Object> schedulerArgs,
      String logLevel,
      Mode mode,
      boolean dumpData,
      String dumpDir,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean simulated) {

    /**
     * Sorts the arguments of the scheduler by name, so that their order in the file is always the
     * same.
     */
    public Settings {
      schedulerArgs = Collections.unmodifiableMap(new TreeMap<>(schedulerArgs));
    }

    /**
     * Returns the contents of {@code perseus.json} for a run without a plan server. The scheduler
     * of the run sets frequencies.
     */
    public static Settings ofScheduler(
        String scheduler, Map<String, Object> schedulerArgs, Path dumpDirectory) {
      return new Settings(
          scheduler, schedulerArgs, "INFO", Mode.FREQUENCY, true, dumpDirectory.toString(), null);
    }

    /**
     * Returns a copy of the contents of {@code perseus.json} that says whether the GPUs are
     * simulated.
     */
    public Settings onGpus(boolean areSimulated) {
      return new Settings(
          scheduler, schedulerArgs, logLevel, mode, dumpData, dumpDir, areSimulated ? true : null);
    }
  }

  private StateDump(Path directory, Protocol protocol, List<RankInfo> ranks, boolean simulated) {
    this.directory = directory;
    this.protocol = protocol;
    this.ranks = ranks;
    this.simulated = simulated;
    this.totals = new DumpTotals();
  }

  /**
   * Creates the directory of a job's state dump, and writes the files {@code perseus.json} and
   * {@code ranks.json} into it.
   *
   * @param dumpDirectory directory that contains the state dumps of all jobs; this method creates
   *     the directory if it does not exist
   * @param jobId id of the job, which becomes the name of the job's directory. If a directory with
   *     the name {@code jobId} exists, a number is appended to the name.
   * @param protocol HTTP dialect (Perseus research release or Zeus) that defines the JSON form of
   *     the ranks and schedules in the state dump
   * @throws UserError if a file or directory of the state dump cannot be written
   */
  public static StateDump create(
      Path dumpDirectory,
      String jobId,
      Settings settings,
      Protocol protocol,
      List<RankInfo> ranks) {
    AtomicFiles.createDirectories(dumpDirectory);
    StateDump dump =
        new StateDump(
            createUnique(dumpDirectory, jobId),
            protocol,
            ranks,
            Boolean.TRUE.equals(settings.simulated()));
    dump.write("perseus.json", settings);
    dump.writeAll("ranks.json", ranks.stream().map(rank -> protocol.rank(jobId, rank)).toList());
    return dump;
  }

  /**
   * Makes the state dump keep only the newest frequency schedules and results, and returns this
   * object.
   *
   * @param newestRounds number of newest frequency schedules whose files are kept
   */
  public StateDump keeping(int newestRounds) {
    keptRounds = newestRounds;
    return this;
  }

  private static Path createUnique(Path parent, String name) {
    for (int copy = 1; ; copy++) {
      Path directory = parent.resolve(copy == 1 ? name : name + "-" + copy);
      try {
        return Files.createDirectory(directory);
      } catch (FileAlreadyExistsException e) {
        // Another job has the same id, so a directory with this name exists. The loop tries the
        // next number at the end of the name.
      } catch (IOException e) {
        throw new UserError(
            "The directory " + directory + " cannot be created: " + AtomicFiles.reason(e) + ".", e);
      }
    }
  }

  /** Returns the directory that contains the state dump of the job. */
  public Path directory() {
    return directory;
  }

  /**
   * Writes the newest frequency schedules into the file {@code N.sched.json}. N is the number of
   * earlier frequency schedules. If the state dump has more frequency schedules than it keeps, the
   * files of the oldest frequency schedules are deleted.
   */
  public void schedules(Round round) {
    writeAll(
        schedulesFile(round.number()),
        IntStream.range(0, ranks.size())
            .mapToObj(i -> protocol.schedule(ranks.get(i), round.schedules().get(i)))
            .toList());
    if (round.number() >= keptRounds) {
      int oldest = round.number() - keptRounds;
      delete(schedulesFile(oldest));
      delete(resultsFile(oldest));
    }
  }

  private void delete(String name) {
    try {
      AtomicFiles.delete(directory.resolve(name));
    } catch (IOException e) {
      throw AtomicFiles.unwritable(directory.resolve(name), e);
    }
  }

  /**
   * Writes the results under the newest frequency schedules into the file {@code N.prof.json}. N is
   * the number of earlier frequency schedules.
   */
  public void results(Round round, List<RankResult> results) {
    write(
        resultsFile(round.number()),
        simulated
            ? results.stream().map(result -> new SimulatedResult(result, true)).toList()
            : results);
    totals.add(results);
    if (round.number() >= keptRounds - 1) {
      write(DumpTotals.FILE_NAME, totals.json(simulated));
    }
  }

  private static String schedulesFile(int round) {
    return round + ".sched.json";
  }

  private static String resultsFile(int round) {
    return round + ".prof.json";
  }

  /**
   * Writes the results that the scheduler has computed. Each key of {@code texts} is the name of a
   * file, and each value is the text of the file.
   */
  public void findings(Map<String, String> texts) {
    texts.forEach((name, text) -> AtomicFiles.write(directory.resolve(name), text));
  }

  /**
   * Writes new plans of the scheduler into a new directory, completely or not at all. If more than
   * 10 directories contain new plans, the method deletes the oldest directory.
   */
  public void plans(NewPlans plans) {
    AtomicFiles.replace(
        directory.resolve(NewPlans.directory(plans.number())),
        temporary -> plans.writer().accept(temporary));
    if (plans.number() > KEPT_PLANS) {
      delete(NewPlans.directory(plans.number() - KEPT_PLANS));
    }
  }

  private void writeAll(String name, List<Map<String, Object>> objects) {
    if (simulated) {
      objects.forEach(object -> object.put("simulated", true));
    }
    write(name, objects);
  }

  private void write(String name, Object value) {
    AtomicFiles.write(directory.resolve(name), out -> JSON.writeValue(out, value));
  }
}
