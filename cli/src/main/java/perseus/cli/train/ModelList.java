package perseus.cli.train;

import java.io.PrintWriter;
import java.util.Locale;
import perseus.model.Model;
import perseus.model.ModelZoo;

/** Prints the list of all trainable models if the user gave the flag {@code --list-models}. */
final class ModelList {
  private ModelList() {}

  /**
   * Prints the name, the number of parameters and the number of layers of every trainable model.
   */
  static void print(PrintWriter out) {
    out.printf(Locale.ROOT, "%-20s %16s %7s%n", "model", "parameters", "layers");
    for (Model model : ModelZoo.all()) {
      out.printf(
          Locale.ROOT,
          "%-20s %,16d %7d%n",
          model.name(),
          model.parameterCount(),
          model.layers().size());
    }
    out.flush();
  }
}
