package perseus.notebook;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import jdk.jshell.UnresolvedReferenceException;

/** Runs the cells of one notebook in one JShell, with the class path of this process. */
public final class CellShell implements AutoCloseable {
  private final CellExecution execution = new CellExecution();
  private final JShell shell = JShell.builder().executionEngine(execution, Map.of()).build();

  /** Creates a shell in which no cell has run. */
  public CellShell() {
    shell.addToClasspath(System.getProperty("java.class.path"));
  }

  /**
   * Runs a cell.
   *
   * @return value of the cell's last expression; null if the cell does not end with an expression,
   *     or if a semicolon follows the last expression
   * @throws CellError if a snippet of the cell does not compile or throws an exception. All
   *     snippets before the faulty snippet have run, and no later snippet has run.
   */
  public Object run(String cell) {
    String rest = cell;
    Object value = null;
    while (!rest.isBlank()) {
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      String source = next.source() == null ? rest : next.source();
      for (SnippetEvent event : shell.eval(source)) {
        check(event);
        if (event.causeSnippet() == null) {
          value = isShown(event.snippet(), source) ? execution.value() : null;
        }
      }
      rest = next.source() == null ? "" : next.remaining();
    }
    return value;
  }

  private static boolean isShown(Snippet snippet, String source) {
    return switch (snippet.subKind()) {
      case TEMP_VAR_EXPRESSION_SUBKIND, VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND ->
          !source.strip().endsWith(";");
      default -> false;
    };
  }

  private void check(SnippetEvent event) {
    if (event.status() == Snippet.Status.REJECTED) {
      String source = event.snippet().source();
      throw new CellError(
          shell
              .diagnostics(event.snippet())
              .filter(Diag::isError)
              .map(error -> explain(error, source))
              .collect(Collectors.joining("\n")));
    }
    if (event.exception() != null) {
      throw new CellError(explain(event.exception()));
    }
  }

  private static String explain(Diag error, String source) {
    int at = (int) Math.max(0, Math.min(error.getPosition(), source.length()));
    int start = source.lastIndexOf('\n', at - 1) + 1;
    int end = source.indexOf('\n', at);
    String line = source.substring(start, end < 0 ? source.length() : end);
    // The compiler's message ends with the name of the class around the snippet. The line with the
    // class name is removed, because JShell invents this class and gives it an empty name.
    String message = error.getMessage(Locale.ENGLISH).replaceAll("\\n\\s*location: class\\s*$", "");
    return message + "\n" + line + "\n" + " ".repeat(at - start) + "^";
  }

  private String explain(JShellException exception) {
    if (exception instanceof UnresolvedReferenceException unresolved) {
      DeclarationSnippet snippet = unresolved.getSnippet();
      return "Not defined yet: "
          + shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "))
          + ", which this uses:\n"
          + snippet.source();
    }
    StringBuilder text = new StringBuilder();
    for (Throwable each = exception; each != null; each = each.getCause()) {
      text.append(text.isEmpty() ? "" : "\nCaused by: ");
      text.append(each instanceof EvalException e ? e.getExceptionClassName() : each.getClass());
      text.append(each.getMessage() == null ? "" : ": " + each.getMessage());
      for (StackTraceElement frame : each.getStackTrace()) {
        text.append("\n    at ").append(frame);
        if (frame.getMethodName().startsWith("do_it$") || frame.getClassName().isEmpty()) {
          break;
        }
      }
    }
    return text.toString();
  }

  /**
   * Interrupts the running cell, if a cell is running. A cell that ignores interrupts continues.
   */
  public void interrupt() {
    execution.stop();
  }

  /** Returns whether the text of a cell is complete, or ends in the middle of a statement. */
  Completeness completeness(String cell) {
    return shell.sourceCodeAnalysis().analyzeCompletion(lastSnippet(cell)).completeness();
  }

  /**
   * Returns the texts that can complete the word before the cursor.
   *
   * @param anchor array of one element; this method writes into it the index in the cell at which
   *     the returned texts start
   */
  List<String> completions(String cell, int cursor, int[] anchor) {
    return atCursor(
        cell,
        cursor,
        (source, start) -> {
          List<Suggestion> suggestions =
              shell.sourceCodeAnalysis().completionSuggestions(source, source.length(), anchor);
          anchor[0] += start;
          return suggestions.stream().map(Suggestion::continuation).distinct().toList();
        });
  }

  /**
   * Returns the signatures of the method or type at the cursor, one signature on each line; empty
   * if there is none.
   */
  String documentation(String cell, int cursor) {
    return atCursor(
        cell,
        cursor,
        (source, start) ->
            shell.sourceCodeAnalysis().documentation(source, source.length(), false).stream()
                .map(Documentation::signature)
                .distinct()
                .collect(Collectors.joining("\n")));
  }

  /**
   * Calls the function {@code question} with the text of the snippet up to the cursor, and with the
   * index of this text in the cell. JShell can complete only the text of a single snippet.
   */
  private <T> T atCursor(String cell, int cursor, BiFunction<String, Integer, T> question) {
    String before = cell.substring(0, cursor);
    String last = lastSnippet(before);
    return question.apply(last, before.length() - last.length());
  }

  private String lastSnippet(String cell) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    String rest = cell;
    CompletionInfo next = analysis.analyzeCompletion(rest);
    while (next.source() != null && !next.remaining().isBlank()) {
      rest = next.remaining();
      next = analysis.analyzeCompletion(rest);
    }
    return rest;
  }

  @Override
  public void close() {
    shell.close();
  }
}
