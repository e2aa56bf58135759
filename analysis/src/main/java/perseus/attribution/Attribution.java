package perseus.attribution;

import java.util.List;
import perseus.attribution.result.Attributed;
import perseus.io.Named;
import perseus.io.Progress;
import perseus.recording.Recording;

/**
 * Computes the energy of each kind of instruction, such as forward, from the recording of a job;
 * this is the interface of all methods for this task. There are two implementations. {@link
 * Deconvolution} fits powers by least squares. {@link Interpolation} interpolates the energy
 * counter and exists only for comparison.
 */
public sealed interface Attribution permits Deconvolution, Interpolation {

  /** Returns the name of this method, as it appears in files and on the command line. */
  String name();

  /**
   * Computes the energy of each kind of instruction on every rank. Adds a warning to {@code
   * recording.warnings()} for each problem in the recorded data.
   *
   * @param recording recording of the job; this method reads all its ranks
   * @param progress receives a progress report after each rank
   * @return the energies, the parameters of the energy counter (sensor) and the mean blocking power
   * @throws perseus.io.UserError if the logs of a rank cannot be used
   */
  Attributed attribute(Recording recording, Progress progress);

  /**
   * Returns the implementation with the given name.
   *
   * @throws UserError if no method has this name
   */
  static Attribution named(String name) {
    return switch (name) {
      case "deconvolution" -> new Deconvolution();
      case "interpolation" -> new Interpolation();
      default ->
          throw Named.unknown(
              "attribution method", name, List.of("deconvolution", "interpolation"));
    };
  }
}
