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
 * A job's directory of JSON files, as the published server dumps them: {@code perseus.json} and
 * {@code ranks.json}, and for each round {@code N.sched.json} and {@code N.prof.json}.
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
   * {@code perseus.json}.
   *
   * @param scheduler the scheduler's name
   * @param schedulerArgs its arguments by name
   * @param logLevel how much the server logs
   * @param mode what the scheduler sets
   * @param dumpData whether it dumps
   * @param dumpDir the directory that holds the jobs' directories
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Settings(
      String scheduler,
      Map<String, Object> schedulerArgs,
      String logLevel,
      Mode mode,
      boolean dumpData,
      String dumpDir) {

    /** The settings of a scheduler of frequencies. */
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
   * Makes a job's directory in {@code dumpDirectory} and writes what is known before the first
   * round.
   *
   * @param jobId the directory's name; a number is added if there is such a directory
   * @param protocol whose loaders shall read it
   * @throws UserError if it cannot be written
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
        // Another job started in the same second.
      } catch (IOException e) {
        throw new UserError(
            "The directory " + directory + " cannot be created: " + AtomicFiles.reason(e) + ".", e);
      }
    }
  }

  /** The job's directory. */
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

  /** Writes what a scheduler has found out, beside the rest. */
  public void findings(Map<String, String> texts) {
    texts.forEach((name, text) -> AtomicFiles.write(directory.resolve(name), text));
  }

  private void write(String name, Object value) {
    AtomicFiles.write(directory.resolve(name), out -> JSON.writeValue(out, value));
  }
}
