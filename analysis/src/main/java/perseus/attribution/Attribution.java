package perseus.attribution;

import java.util.List;
import perseus.attribution.result.Attributed;
import perseus.io.Named;
import perseus.io.Progress;
import perseus.recording.Recording;

/**
 * Computes the energy of each kind of instruction from a recording. The implementations use
 * different methods.
 */
public sealed interface Attribution permits Deconvolution, Interpolation {

  /** Returns the method's name in files and on the command line. */
  String name();

  /**
   * Computes the energy of each kind of instruction on every rank. Adds warnings to {@code
   * recording.warnings()}.
   *
   * @param recording recording whose ranks are read
   * @param progress receives a report after each rank
   * @return the energies, the sensor's parameters and the mean blocking power
   * @throws perseus.io.UserError if the logs of a rank cannot be used
   */
  Attributed attribute(Recording recording, Progress progress);

  /**
   * Returns the method with the given name.
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
