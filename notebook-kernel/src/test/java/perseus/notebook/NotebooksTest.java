package perseus.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.chart.figure.Chart;

/**
 * Runs the notebooks and compares their outputs with the stored outputs. The command {@code
 * notebooks/run notebooks} stores new outputs.
 */
@Tag("slow")
class NotebooksTest {
  private static final Path ROOT = Path.of(System.getProperty("perseus.root"));
  private static final Path NOTEBOOKS = ROOT.resolve("notebooks");
  private static final int MISSING = 77;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @Test
  void withoutJupyterCellsInJavaHaveTheirStoredOutputs() throws IOException {
    assumeFalse(hasJupyter(), "Jupyter runs this notebook");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream standardOut = System.out;
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        CellShell shell = new CellShell()) {
      System.setOut(out);
      for (JsonNode cell : codeCells(NOTEBOOKS.resolve("plans.ipynb"))) {
        printed.reset();
        Object value =
            shell.run(
                text(cell.get("source")).replace("../sample-profiles", ROOT + "/sample-profiles"));
        List<String> outputs = new ArrayList<>();
        if (printed.size() > 0) {
          outputs.add(printed.toString(StandardCharsets.UTF_8));
        }
        if (value instanceof Chart) {
          outputs.add("image/png");
        }
        assertThat(outputs).as(text(cell.get("source"))).isEqualTo(outputs(cell));
      }
    } finally {
      System.setOut(standardOut);
    }
  }

  @Test
  void jupyterRunsTheNotebooksAndTheirOutputsAreTheStoredOnes() throws Exception {
    List<Path> notebooks =
        List.of(NOTEBOOKS.resolve("plans.ipynb"), NOTEBOOKS.resolve("pick-a-plan.ipynb"));
    assertThat(run(notebooks)).as(this::printed).isZero();
    for (Path notebook : notebooks) {
      List<JsonNode> stored = codeCells(notebook);
      List<JsonNode> executed = codeCells(directory.resolve(notebook.getFileName()));
      assertThat(executed).hasSameSizeAs(stored);
      for (int i = 0; i < stored.size(); i++) {
        assertThat(outputs(executed.get(i)))
            .as(text(stored.get(i).get("source")))
            .isEqualTo(outputs(stored.get(i)));
      }
    }
  }

  @Test
  void jupyterReportsTheErrorOfACell() throws Exception {
    Path notebook = directory.resolve("a failing notebook.ipynb");
    Files.writeString(
        notebook,
        """
        {"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": null, "outputs": [],
          "source": ["throw new java.io.IOException(\\"lost the power\\");"]}],
         "metadata": {"kernelspec": {"display_name": "Java", "language": "java", "name": "perseus"}},
         "nbformat": 4, "nbformat_minor": 5}
        """);
    assertThat(run(List.of(notebook))).isEqualTo(1);
    assertThat(printed()).contains("java.io.IOException: lost the power");
  }

  private static boolean hasJupyter() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "jupyter-nbconvert")));
  }

  /**
   * Runs notebooks in Jupyter and returns Jupyter's exit code. If Jupyter is missing, the test is
   * skipped.
   */
  private int run(List<Path> notebooks) throws IOException, InterruptedException {
    Path output = directory.resolve("output.txt");
    List<String> command = new ArrayList<>(List.of("notebooks/run", directory.toString()));
    notebooks.forEach(notebook -> command.add(notebook.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("PERSEUS_NO_BUILD", "1");
    int exitCode = builder.start().waitFor();
    assumeTrue(exitCode != MISSING, printed());
    return exitCode;
  }

  private String printed() {
    try {
      return Files.readString(directory.resolve("output.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> codeCells(Path notebook) throws IOException {
    List<JsonNode> cells = new ArrayList<>();
    for (JsonNode cell : JSON.readTree(Files.readString(notebook)).get("cells")) {
      if (cell.get("cell_type").asText().equals("code")) {
        cells.add(cell);
      }
    }
    return cells;
  }

  /** Returns the texts that a cell has printed, and the types of its images. */
  private static List<String> outputs(JsonNode cell) {
    List<String> outputs = new ArrayList<>();
    for (JsonNode output : cell.get("outputs")) {
      if (output.has("text")) {
        outputs.add(text(output.get("text")));
      } else {
        assertThat(output.at("/data/image~1png").asText()).hasSizeGreaterThan(10_000);
        outputs.add("image/png");
      }
    }
    return outputs;
  }

  private static String text(JsonNode lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.asText()));
    return text.toString();
  }
}
