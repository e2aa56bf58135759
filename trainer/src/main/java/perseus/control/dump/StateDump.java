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
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.control.Mode;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.protocol.Protocol;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Writes the state dump of a job, which is a directory of JSON files in the format of the published
 * servers: {@code perseus.json}, {@code ranks.json}, and for each round N {@code N.sched.json} and
 * {@code N.prof.json}.
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
   * Contents of {@code perseus.json}, which are also the server's answer to {@code GET /info}.
   *
   * @param scheduler name of the scheduler
   * @param schedulerArgs arguments of the scheduler by name
   * @param logLevel the server's log level, such as {@code INFO}
   * @param mode kind of power state that the scheduler sets
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

    /** Returns the settings of a run without a server whose scheduler sets frequencies. */
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
   * Creates the directory of a job and writes the files that are known before the first round.
   *
   * @param dumpDirectory directory that contains the dumps of all jobs; it is created if missing
   * @param jobId name of the job's directory; a number is added if that directory exists
   * @param protocol dialect in which ranks and schedules are written
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
        // Another job with this id, which started in the same second.
      } catch (IOException e) {
        throw new UserError(
            "The directory " + directory + " cannot be created: " + AtomicFiles.reason(e) + ".", e);
      }
    }
  }

  /** Returns the job's directory. */
  public Path directory() {
    return directory;
  }

  /** Writes {@code N.sched.json}. */
  public void schedules(Round round) {
    write(
        round.number() + ".sched.json",
        IntStream.range(0, ranks.size())
            .mapToObj(i -> protocol.schedule(ranks.get(i), round.schedules().get(i)))
            .toList());
  }

  /** Writes {@code N.prof.json}. */
  public void results(Round round, List<RankResult> results) {
    write(round.number() + ".prof.json", results);
  }

  /** Writes the findings of a scheduler, as texts by file name. */
  public void findings(Map<String, String> texts) {
    texts.forEach((name, text) -> AtomicFiles.write(directory.resolve(name), text));
  }

  private void write(String name, Object value) {
    AtomicFiles.write(directory.resolve(name), out -> JSON.writeValue(out, value));
  }
}
