package perseus.attribution;

import perseus.attribution.result.Attributed;
import perseus.io.Progress;
import perseus.recording.Recording;

/**
 * Defines the interface of attribution methods, which compute the energy of each kind of
 * instruction (such as forward) from the recording of a job. {@link Attributions} lists all
 * attribution methods.
 */
public interface Attribution {

  /**
   * Returns the name of this attribution method, as it appears in files and on the command line.
   */
  String name();

  /**
   * Computes the energy of each kind of instruction on every rank. Adds a warning to {@code
   * recording.warnings()} for each problem in the recorded data.
   *
   * @param recording recording of the job; the logs of all ranks are read
   * @param progress receives a progress report after each rank
   * @return energies of all ranks, parameters of the energy counter (sensor) and mean blocking
   *     power (power of a GPU that waits)
   * @throws perseus.io.UserError if the logs of a rank cannot be used
   */
  Attributed attribute(Recording recording, Progress progress);
}
