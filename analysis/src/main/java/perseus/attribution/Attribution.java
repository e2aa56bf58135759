package perseus.attribution;

import java.util.List;
import perseus.attribution.result.Attributed;
import perseus.io.Named;
import perseus.io.Progress;
import perseus.recording.Recording;

/** A way to find out what energy each kind of instruction took. */
public sealed interface Attribution permits Deconvolution, Interpolation {

  /** Its name in files and flags. */
  String name();

  /**
   * Attributes the energy of every rank. Warnings go to {@code recording.warnings()}.
   *
   * @param progress hears of each rank
   * @throws perseus.io.UserError if a rank's logs cannot be used
   */
  Attributed attribute(Recording recording, Progress progress);

  /** The method called {@code name}. */
  static Attribution named(String name) {
    return switch (name) {
      case "deconvolution" -> new Deconvolution();
      case "interpolation" -> new Interpolation();
      default ->
          throw Named.unknown("attribution", name, List.of("deconvolution", "interpolation"));
    };
  }
}
