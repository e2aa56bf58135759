package perseus.recording.run;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Warnings;

/**
 * A format of a run's logs: which files a directory holds for each rank, and how to read them.
 *
 * <p>A new format is one class that implements this interface and one line in {@code
 * perseus.recording.LogFormats}. Logs are read one rank at a time, possibly by several threads.
 */
public interface LogFormat {
  /**
   * Returns the names of the files that hold a rank's logs, for messages. The first one holds the
   * instructions.
   */
  List<String> fileNames(int rank);

  /** Returns whether a file with this name is a log of this format. */
  boolean isLog(String fileName);

  /**
   * Returns the ranks whose logs a directory holds.
   *
   * @throws perseus.io.UserError if the directory cannot be read, or a rank lacks one of its logs
   */
  SortedSet<Integer> ranks(Path directory);

  /**
   * Reads the instruction log of one rank.
   *
   * @param warnings receives a warning for everything that was repaired or left out
   * @throws perseus.io.UserError if the log is missing, holds no instruction, or is damaged beyond
   *     repair
   */
  InstructionLog readInstructions(Path directory, int rank, Warnings warnings);

  /**
   * Reads the energy log of one rank.
   *
   * @param warnings receives a warning for everything that was repaired or left out
   * @throws perseus.io.UserError if the log is missing, holds fewer than two changes of the energy
   *     counter, or is damaged beyond repair
   */
  EnergyLog readEnergy(Path directory, int rank, Warnings warnings);
}
