package perseus.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import perseus.recording.AtomicFiles;
import perseus.recording.InputException;

/**
 * A job's directory of JSON files, as the published server dumps them: {@code perseus.json} and
 * {@code ranks.json}, and for each round {@code N.sched.json} and {@code N.prof.json}.
 */
public final class StateDump {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  /**
   * {@code perseus.json}.
   *
   * @param scheduler the scheduler's name
   * @param schedulerArgs its arguments by name
   * @param logLevel how much the server logs
   * @param mode {@code frequency} or {@code power limit}
   * @param dumpData whether it dumps
   * @param dumpDir the directory that holds the jobs' directories
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Settings(
      String scheduler,
      Map<String, Object> schedulerArgs,
      String logLevel,
      String mode,
      boolean dumpData,
      String dumpDir) {

    /** The settings of a scheduler of frequencies. */
    public static Settings ofScheduler(
        String scheduler, Map<String, Object> schedulerArgs, Path dumpDirectory) {
      return new Settings(
          scheduler, schedulerArgs, "INFO", "frequency", true, dumpDirectory.toString());
    }
  }

  private StateDump(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes a job's directory in {@code dumpDirectory} and writes what is known before the first
   * round.
   *
   * @param jobId the directory's name; a number is added if there is such a directory
   * @throws InputException if it cannot be written
   */
  public static StateDump create(
      Path dumpDirectory, String jobId, Settings settings, List<RankInfo> ranks) {
    AtomicFiles.createDirectories(dumpDirectory);
    StateDump dump = new StateDump(createUnique(dumpDirectory, jobId));
    dump.write("perseus.json", settings);
    dump.write("ranks.json", ranks);
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
        throw new InputException(
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
    write(round.number() + ".sched.json", round.schedules());
  }

  /** Writes {@code N.prof.json}. */
  public void results(Round round, List<RankResult> results) {
    write(round.number() + ".prof.json", results);
  }

  private void write(String name, Object value) {
    try {
      AtomicFiles.write(directory.resolve(name), JSON.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
