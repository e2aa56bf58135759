package perseus.attribution;

import java.util.List;
import perseus.attribution.result.Attributed;
import perseus.io.Named;
import perseus.io.Progress;
import perseus.recording.Recording;

/**
 * Defines the interface of attribution methods, which compute the energy of each kind of
 * instruction (such as forward) from the recording of a job. There are two attribution methods.
 * {@link Deconvolution} fits powers to the updates of the energy counter by least squares. {@link
 * Interpolation} interpolates the readings of the energy counter and exists only for comparison.
 */
public sealed interface Attribution permits Deconvolution, Interpolation {

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

  /**
   * Returns the attribution method with the given name.
   *
   * @throws perseus.io.UserError if no attribution method has this name
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
