package perseus.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class CellShellTest {
  private static final CellShell SHELL = new CellShell();

  @AfterAll
  static void close() {
    SHELL.close();
  }

  @Test
  void valueOfACellIsThatOfItsLastExpression() {
    assertThat(SHELL.run("int a = 6;\nint b = 7;\na * b")).isEqualTo(42);
    assertThat(SHELL.run("a")).isEqualTo(6);
    assertThat(SHELL.run("a * b;")).isNull();
    assertThat(SHELL.run("void nothing() {}\nnothing()")).isNull();
    assertThat(SHELL.run("// a comment alone")).isNull();
    assertThat(SHELL.run("")).isNull();
  }

  @Test
  void cellsUseTheClassesOfTheAnalysis() {
    assertThat(SHELL.run("perseus.pipeline.Schedules.of(\"1f1b\")"))
        .isInstanceOf(perseus.pipeline.PipelineSchedule.class);
  }

  @Test
  void errorOfTheCompilerShowsItsLineAndEarlierSnippetsHaveRun() {
    assertThatThrownBy(
            () -> SHELL.run("int before = 3;\nint wrong =\n    missing + 1;\nint after = 4;"))
        .isInstanceOf(CellError.class)
        .hasMessageContaining("cannot find symbol")
        .hasMessageEndingWith("variable missing\n    missing + 1;\n    ^");
    assertThat(SHELL.run("before")).isEqualTo(3);
    assertThatThrownBy(() -> SHELL.run("after")).isInstanceOf(CellError.class);
  }

  @Test
  void incompleteCellIsAnError() {
    assertThatThrownBy(() -> SHELL.run("for (int i = 0; i < 3; i++) {"))
        .isInstanceOf(CellError.class)
        .hasMessageContaining("reached end of file");
  }

  @Test
  void exceptionShowsItsClassMessageCauseAndPlaceInTheCell() {
    assertThatThrownBy(
            () ->
                SHELL.run(
                    "throw new IllegalStateException(\"outer\", new java.io.IOException(\"inner\"));"))
        .isInstanceOf(CellError.class)
        .hasMessageStartingWith("java.lang.IllegalStateException: outer\n    at ")
        .hasMessageContaining("\nCaused by: java.io.IOException: inner")
        .message()
        .doesNotContain("perseus.notebook");
    assertThatThrownBy(() -> SHELL.run("assert 1 > 2;\nthrow new StackOverflowError();"))
        .isInstanceOf(CellError.class)
        .hasMessageStartingWith("java.lang.StackOverflowError");
  }

  @Test
  void methodThatUsesSomethingUndefinedSaysSoWhenItIsCalled() {
    assertThat(SHELL.run("int twice() { return 2 * later(); }")).isNull();
    assertThatThrownBy(() -> SHELL.run("twice()"))
        .isInstanceOf(CellError.class)
        .hasMessageContaining("method later()");
    assertThat(SHELL.run("int later() { return 4; }\ntwice()")).isEqualTo(8);
  }

  @Test
  void interruptEndsACellThatWaits() {
    CompletableFuture<Object> cell =
        CompletableFuture.supplyAsync(() -> SHELL.run("Thread.sleep(600_000);"));
    // An interrupt has no effect before the cell runs, so the test interrupts repeatedly.
    while (!cell.isDone()) {
      SHELL.interrupt();
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(cell)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("java.lang.InterruptedException");
  }

  @Test
  void wordBeforeTheCursorIsCompletedAndExplained() {
    String cell = "int first = 1;\nString text = \"\";\ntext.isBl";
    SHELL.run("String text = \"\";");
    int[] anchor = {0};
    assertThat(SHELL.completions(cell, cell.length(), anchor)).containsExactly("isBlank()");
    assertThat(anchor[0]).isEqualTo(cell.length() - "isBl".length());
    assertThat(SHELL.documentation("int a = 1;\nMath.max(", "int a = 1;\nMath.max(".length()))
        .contains("double Math.max(double a, double b)");
  }

  @Test
  void completenessOfACellIsKnown() {
    assertThat(SHELL.completeness("int a = 1;\nint b = a"))
        .isEqualTo(Completeness.COMPLETE_WITH_SEMI);
    assertThat(SHELL.completeness("int a = 1;\nif (a > 0) {"))
        .isEqualTo(Completeness.DEFINITELY_INCOMPLETE);
  }
}
