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
 * Finds and reads the logs of a run in one file format. An implementation of {@code LogFormat}
 * knows the names of each rank's log files, and parses the files.
 *
 * <p>The class {@code perseus.recording.LogFormats} lists all implementations. To add a log format,
 * implement {@code LogFormat} and add the class to the list in {@code LogFormats}. An extension can
 * add a log format that is not part of this project ({@link perseus.extension.Registry}). Each call
 * of a method that reads a log reads the log of one rank. Several threads may call the methods of a
 * log format at the same time.
 */
public interface LogFormat {
  /** Returns the name of the log format, such as {@code csv}. */
  String name();

  /** Returns the names of a rank's log files for messages, the instruction log first. */
  List<String> fileNames(int rank);

  /** Returns whether a file with the given name is a log in this format. */
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
   * @param warnings receives a warning for each kind of damage that was repaired or left out
   * @throws perseus.io.UserError if the instruction log is missing, holds no instruction, or is
   *     damaged beyond repair
   */
  InstructionLog readInstructions(Path directory, int rank, Warnings warnings);

  /**
   * Reads the energy log of one rank. If a rank has only power samples, the energies in the energy
   * log are the integral of the power over time.
   *
   * @param warnings receives a warning for each kind of damage that was repaired or left out
   * @throws perseus.io.UserError if the energy log is missing, holds fewer than two values of the
   *     counter, or is damaged beyond repair
   */
  EnergyLog readEnergy(Path directory, int rank, Warnings warnings);

  /**
   * Reads the power samples of one rank. Returns {@link PowerSamples#NONE} if no samples were
   * recorded. The default implementation returns {@link PowerSamples#NONE}.
   *
   * @param warnings receives a warning for each kind of damage that was repaired or left out
   * @throws perseus.io.UserError if the file is damaged beyond repair
   */
  default PowerSamples readSamples(Path directory, int rank, Warnings warnings) {
    return PowerSamples.NONE;
  }

  /**
   * Reads the clocks and temperatures of one rank's GPU. Returns {@link GpuStates#NONE} if no
   * clocks were recorded.
   *
   * @param warnings receives a warning for each kind of damage that was left out
   * @throws perseus.io.UserError if the file is damaged beyond repair
   */
  default GpuStates readStates(Path directory, int rank, Warnings warnings) {
    return GpuStates.NONE;
  }
}
