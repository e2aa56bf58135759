package perseus.notebook;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.common.Image;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import perseus.chart.figure.Chart;

/**
 * Runs Java notebooks as a Jupyter kernel. The library JJava implements Jupyter's protocol, and
 * JShell runs the cells. If the value of a cell is a chart, the notebook shows it as an image.
 */
public final class NotebookKernel extends BaseKernel {
  private static final LanguageInfo JAVA =
      new LanguageInfo.Builder("Java")
          .version(Runtime.version().toString())
          .mimetype("text/x-java-source")
          .fileExtension(".jshell")
          .pygments("java")
          .codemirror("java")
          .build();

  private final CellShell shell = new CellShell();

  private NotebookKernel() {
    super(
        "perseus",
        Runtime.version().toString(),
        JAVA,
        List.of(),
        null,
        new JupyterIO(StandardCharsets.UTF_8),
        new CommManager(),
        renderer(),
        null,
        new MagicsRegistry(),
        false,
        new StringStyler.Builder().build());
  }

  private static Renderer renderer() {
    Renderer renderer = new Renderer();
    Image.registerAll(renderer);
    renderer
        .createRegistration(Chart.class)
        .preferring(Image.PNG)
        .register((chart, context) -> Image.renderImage(chart.image(), context));
    return renderer;
  }

  /**
   * Serves one notebook until Jupyter shuts the kernel down.
   *
   * @param arguments path of the connection file that Jupyter wrote
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 1) {
      System.err.println("Jupyter starts this kernel with the path of a connection file.");
      System.exit(2);
    }
    String properties = Files.readString(Path.of(arguments[0]));
    JupyterConnection connection =
        new JupyterConnection(KernelConnectionProperties.parse(properties));
    NotebookKernel kernel = new NotebookKernel();
    kernel.becomeHandlerForConnection(connection);
    connection.connect();
    kernel.onStartup();
    connection.waitUntilClose();
    kernel.shell.close();
    // This call ends the process even if threads that cells have started still run.
    System.exit(0);
  }

  @Override
  public Object evalRaw(String cell) {
    return shell.run(cell);
  }

  @Override
  public List<String> formatError(Throwable error) {
    if (error instanceof CellError) {
      return new ArrayList<>(error.getMessage().lines().toList());
    }
    return super.formatError(error);
  }

  @Override
  public void interrupt() {
    shell.interrupt();
  }

  @Override
  public DisplayData inspect(String cell, int cursor, boolean extraDetail) {
    String documentation = shell.documentation(cell, cursor);
    return documentation.isEmpty() ? null : new DisplayData(documentation);
  }

  @Override
  public ReplacementOptions complete(String cell, int cursor) {
    int[] anchor = {cursor};
    List<String> completions = shell.completions(cell, cursor, anchor);
    return new ReplacementOptions(completions, anchor[0], cursor);
  }

  @Override
  public String isComplete(String cell) {
    return switch (shell.completeness(cell)) {
      case COMPLETE, COMPLETE_WITH_SEMI, EMPTY -> IS_COMPLETE_YES;
      case UNKNOWN -> IS_COMPLETE_BAD;
      case CONSIDERED_INCOMPLETE, DEFINITELY_INCOMPLETE -> "";
    };
  }
}
