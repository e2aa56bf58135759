package perseus.recording.run;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.GpuStates;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Warnings;

/**
 * Finds and reads the logs of a run in one file format. Each log format is one class that
 * implements this interface. An implementation knows which log files each rank has in a directory,
 * and how to parse these files.
 *
 * <p>{@code perseus.recording.LogFormats} lists all implementations. To add a log format, write a
 * class that implements this interface and add it to the list in {@code LogFormats}. A log format
 * that is not part of this project is an extension; see {@link perseus.extension.Registry}. Each
 * call of a read method reads the log of one rank. Several threads may call the methods of a log
 * format at the same time.
 */
public interface LogFormat {
  /** Returns the name of this log format, such as {@code csv}. */
  String name();

  /**
   * Returns the names of the files that hold the logs of a rank, for use in messages. The first
   * returned name is the name of the instruction log.
   */
  List<String> fileNames(int rank);

  /** Returns whether a file with the given name is a log of this log format. */
  boolean isLog(String fileName);

  /**
   * Returns the global ranks whose logs are in a directory.
   *
   * @throws perseus.io.UserError if the directory cannot be read, or a rank lacks one of its logs
   */
  SortedSet<Integer> ranks(Path directory);

  /**
   * Reads the instruction log of one rank.
   *
   * @param warnings receives a warning for each kind of damage in the instruction log that was
   *     repaired or left out
   * @throws perseus.io.UserError if the instruction log is missing, holds no instruction, or is
   *     damaged beyond repair
   */
  InstructionLog readInstructions(Path directory, int rank, Warnings warnings);

  /**
   * Reads the energy log of one rank. If only power samples were recorded, returns an energy log
   * whose values are the integral of the samples over time, and in which no reading is marked as
   * usable.
   *
   * @param warnings receives a warning for each kind of damage in the energy log that was repaired
   *     or left out
   * @throws perseus.io.UserError if the energy log is missing, holds fewer than two different
   *     values of the energy counter, or is damaged beyond repair
   */
  EnergyLog readEnergy(Path directory, int rank, Warnings warnings);

  /**
   * Reads the power samples of one rank. Returns {@link PowerSamples#NONE} if none were recorded.
   * The default implementation always returns {@code NONE}.
   *
   * @param warnings receives a warning for each kind of damage in the file that was repaired or
   *     left out
   * @throws perseus.io.UserError if the file is damaged beyond repair
   */
  default PowerSamples readSamples(Path directory, int rank, Warnings warnings) {
    return PowerSamples.NONE;
  }

  /**
   * Reads the clocks and temperatures of one rank's GPU. Returns {@link GpuStates#NONE} if none
   * were recorded.
   *
   * @param warnings receives a warning for each kind of damage in the file that was left out
   * @throws perseus.io.UserError if the file is damaged beyond repair
   */
  default GpuStates readStates(Path directory, int rank, Warnings warnings) {
    return GpuStates.NONE;
  }
}
