package perseus.cli.models;

import java.io.PrintWriter;
import java.util.Iterator;
import java.util.Locale;
import perseus.cli.common.VerboseFlag;
import perseus.model.Model;
import perseus.model.ModelZoo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the list of all trainable models, as the flag {@code --list-models} does. */
@Command(
    name = "models",
    description = {
      "Prints the name, number of parameters and number of layers of every model, as --list-models does.",
      ""
    })
public final class ModelsCommand implements Runnable {
  /** Lists the names of all models, for completion in a shell. */
  public static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ModelZoo.all().stream().map(Model::name).iterator();
    }
  }

  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Override
  public void run() {
    print(spec.commandLine().getOut());
  }

  /**
   * Prints the name, the number of parameters and the number of layers of every trainable model.
   */
  public static void print(PrintWriter out) {
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
