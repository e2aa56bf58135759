package perseus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the cells of the notebook in JShell, as its kernel does, and compares what they print. With
 * {@code -Dtest.jvm.options=-Dperseus.storeNotebook=true}, stores what they print instead.
 */
@Tag("slow")
class NotebookTest {
  private static final Path ROOT = Path.of(System.getProperty("perseus.root"));
  private static final Path NOTEBOOK = ROOT.resolve("notebooks/plans.ipynb");
  private static final boolean STORES = Boolean.getBoolean("perseus.storeNotebook");

  @Test
  void notebookRunsAndPrintsItsStoredOutputs() throws Exception {
    JsonNode notebook = new ObjectMapper().readTree(Files.readString(NOTEBOOK));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        JShell shell = JShell.builder().executionEngine("local").out(out).err(out).build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      PrintStream standardOut = System.out;
      System.setOut(out);
      try {
        for (JsonNode cell : notebook.get("cells")) {
          String source = text(cell.get("source"));
          if (!cell.get("cell_type").asText().equals("code") || source.startsWith("%")) {
            continue;
          }
          printed.reset();
          run(shell, source.replace("../sample-profiles", ROOT + "/sample-profiles"));
          for (JsonNode output : cell.get("outputs")) {
            if (STORES) {
              store(printed.toString(StandardCharsets.UTF_8), (ObjectNode) output);
            }
            assertThat(printed.toString(StandardCharsets.UTF_8))
                .as(source)
                .isEqualTo(text(output.get("text")));
          }
        }
      } finally {
        System.setOut(standardOut);
      }
    }
    if (STORES) {
      DefaultIndenter indent = new DefaultIndenter(" ", "\n");
      DefaultPrettyPrinter printer =
          new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
              .withArrayIndenter(indent)
              .withObjectIndenter(indent);
      Files.writeString(
          NOTEBOOK,
          new ObjectMapper()
                  .writer(printer)
                  .writeValueAsString(notebook)
                  .replace("{ }", "{}")
                  .replace("[ ]", "[]")
              + "\n");
    }
  }

  private static void store(String text, ObjectNode output) {
    ArrayNode lines = output.putArray("text");
    text.lines().map(line -> line + "\n").forEach(lines::add);
  }

  private static String text(JsonNode lines) {
    List<String> all = new ArrayList<>();
    lines.forEach(line -> all.add(line.asText()));
    return String.join("", all);
  }

  private static void run(JShell shell, String source) {
    String rest = source;
    while (!rest.isBlank()) {
      SourceCodeAnalysis.CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      String snippet = next.source() == null ? rest : next.source();
      for (SnippetEvent event : shell.eval(snippet)) {
        assertThat(event.status())
            .as(() -> snippet + shell.diagnostics(event.snippet()).toList())
            .isNotEqualTo(Snippet.Status.REJECTED);
        assertThat(event.exception()).as(snippet).isNull();
      }
      rest = next.source() == null ? "" : next.remaining();
    }
  }
}
