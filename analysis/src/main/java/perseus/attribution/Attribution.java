package perseus.attribution;

import java.util.List;
import perseus.attribution.result.Attributed;
import perseus.io.Named;
import perseus.io.Progress;
import perseus.recording.Recording;

/** A method that computes the energy of each kind of instruction from a recording. */
public sealed interface Attribution permits Deconvolution, Interpolation {

  /** The method's name in files and on the command line. */
  String name();

  /**
   * Computes the energy of each kind of instruction on every rank. Warnings are added to {@code
   * recording.warnings()}.
   *
   * @param progress is notified after each rank
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
