package perseus.attribution;

import perseus.attribution.result.Attributed;
import perseus.io.Progress;
import perseus.recording.Recording;

/**
 * Defines an attribution method, which computes the energy of each instruction (such as forward)
 * from the recording of a job. The class {@link Attributions} lists all attribution methods.
 */
public interface Attribution {

  /** Returns the name of the attribution method in files and on the command line. */
  String name();

  /**
   * Computes the energy of each instruction (such as forward) on every rank. Adds a warning to
   * {@code recording.warnings()} for each problem in the recorded data.
   *
   * @param recording recording of the job; the logs of all ranks are read
   * @param progress receives a progress report after each rank
   * @return energies of all ranks, lag and smoothing of the energy counters, and mean blocking
   *     (waiting) power
   * @throws perseus.io.UserError if the logs of a rank cannot be used
   */
  Attributed attribute(Recording recording, Progress progress);
}
