package perseus.control.dump;

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
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.protocol.Protocol;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Writes the state dump of a job, which is a directory of JSON files with its ranks, schedules and
 * results. The files are {@code perseus.json}, {@code ranks.json}, and, for each round N, {@code
 * N.sched.json} and {@code N.prof.json}. The format of the files is the same as in the Perseus
 * research release and in Zeus.
 */
public final class StateDump {
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build())
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private final Path directory;
  private final Protocol protocol;
  private final List<RankInfo> ranks;

  /**
   * Holds the contents of the file {@code perseus.json}. The plan server also sends these contents
   * as its answer to {@code GET /info}.
   *
   * @param scheduler name of the scheduler
   * @param schedulerArgs arguments of the scheduler by name
   * @param logLevel the server's log level, such as {@code INFO}
   * @param mode kind of power state (clock or power limit) that the scheduler sets
   * @param dumpData whether dumps are written
   * @param dumpDir directory that contains the dumps of all jobs
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Settings(
      String scheduler,
      Map<String, Object> schedulerArgs,
      String logLevel,
      Mode mode,
      boolean dumpData,
      String dumpDir) {

    /** Sorts the arguments by name, so that they are always written in this order. */
    public Settings {
      schedulerArgs = Collections.unmodifiableMap(new TreeMap<>(schedulerArgs));
    }

    /**
     * Returns the settings of a run that uses no plan server and whose scheduler sets frequencies.
     */
    public static Settings ofScheduler(
        String scheduler, Map<String, Object> schedulerArgs, Path dumpDirectory) {
      return new Settings(
          scheduler, schedulerArgs, "INFO", Mode.FREQUENCY, true, dumpDirectory.toString());
    }
  }

  private StateDump(Path directory, Protocol protocol, List<RankInfo> ranks) {
    this.directory = directory;
    this.protocol = protocol;
    this.ranks = ranks;
  }

  /**
   * Creates the dump directory of a job and writes {@code perseus.json} and {@code ranks.json}.
   *
   * @param dumpDirectory directory that contains the dumps of all jobs; it is created if it does
   *     not exist
   * @param jobId name of the job's directory; a number is appended if a directory with this name
   *     exists
   * @param protocol dialect (Perseus research release or Zeus) in which ranks and schedules are
   *     written
   * @throws UserError if a file or directory cannot be written
   */
  public static StateDump create(
      Path dumpDirectory,
      String jobId,
      Settings settings,
      Protocol protocol,
      List<RankInfo> ranks) {
    AtomicFiles.createDirectories(dumpDirectory);
    StateDump dump = new StateDump(createUnique(dumpDirectory, jobId), protocol, ranks);
    dump.write("perseus.json", settings);
    dump.write("ranks.json", ranks.stream().map(rank -> protocol.rank(jobId, rank)).toList());
    return dump;
  }

  private static Path createUnique(Path parent, String name) {
    for (int copy = 1; ; copy++) {
      Path directory = parent.resolve(copy == 1 ? name : name + "-" + copy);
      try {
        return Files.createDirectory(directory);
      } catch (FileAlreadyExistsException e) {
        // A directory with this name exists, because another job has the same id. The loop tries
        // the next number.
      } catch (IOException e) {
        throw new UserError(
            "The directory " + directory + " cannot be created: " + AtomicFiles.reason(e) + ".", e);
      }
    }
  }

  /** Returns the dump directory of the job. */
  public Path directory() {
    return directory;
  }

  /** Writes the schedules of round N into the file {@code N.sched.json}. */
  public void schedules(Round round) {
    write(
        round.number() + ".sched.json",
        IntStream.range(0, ranks.size())
            .mapToObj(i -> protocol.schedule(ranks.get(i), round.schedules().get(i)))
            .toList());
  }

  /** Writes the results of round N into the file {@code N.prof.json}. */
  public void results(Round round, List<RankResult> results) {
    write(round.number() + ".prof.json", results);
  }

  /**
   * Writes a scheduler's own results. The keys of the map are names of files, and the values are
   * the texts of these files.
   */
  public void findings(Map<String, String> texts) {
    texts.forEach((name, text) -> AtomicFiles.write(directory.resolve(name), text));
  }

  private void write(String name, Object value) {
    AtomicFiles.write(directory.resolve(name), out -> JSON.writeValue(out, value));
  }
}
