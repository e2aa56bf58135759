package perseus.cli.schedule;

import java.nio.file.Path;
import java.util.function.Function;
import perseus.io.UserError;
import perseus.pipeline.RecordedSchedule;
import perseus.pipeline.Schedule;
import perseus.pipeline.dagfile.JsonSchedule;

/**
 * Reads pipeline schedules from the files of two flags. If the file needs the other one of the two
 * flags, the error message names that flag.
 */
public final class ScheduleFile {
  private ScheduleFile() {}

  /**
   * Reads the file of {@code --dag}.
   *
   * @throws UserError if the file is no list of operations in JSON
   */
  public static Schedule ofDag(Path file) {
    return read(file, JsonSchedule::read, RecordedSchedule::readCsv, "--dag", "--schedule-csv");
  }

  /**
   * Reads the file of {@code --schedule-csv}.
   *
   * @throws UserError if the file is no schedule of PyTorch
   */
  public static Schedule ofCsv(Path file) {
    return read(file, RecordedSchedule::readCsv, JsonSchedule::read, "--schedule-csv", "--dag");
  }

  private static Schedule read(
      Path file,
      Function<Path, Schedule> reader,
      Function<Path, Schedule> otherReader,
      String flag,
      String otherFlag) {
    try {
      return reader.apply(file);
    } catch (UserError e) {
      try {
        otherReader.apply(file);
      } catch (UserError other) {
        throw e;
      }
      throw new UserError(
          "%s is not a file for %s, but one for %s; give that flag."
              .formatted(file, flag, otherFlag),
          e);
    }
  }
}
