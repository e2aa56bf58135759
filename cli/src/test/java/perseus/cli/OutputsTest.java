package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that commands replace only files that they may replace. Commands must check their outputs
 * before they start their work.
 */
class OutputsTest {
  @TempDir Path home;
  private Path profile;
  private Path plans;

  @BeforeEach
  void plan() throws IOException {
    profile = home.resolve("profile.csv");
    Files.writeString(
        profile,
        """
        stage,instruction,frequency,time,energy
        0,forward,1410,0.1,30
        0,forward,1200,0.11,28
        0,backward,1410,0.2,60
        0,backward,1200,0.22,56
        """);
    plans = home.resolve("plans");
    assertThat(plan(plans).exitCode()).isZero();
  }

  private Outcome plan(Path out) {
    return Outcome.analyze(
        "plan", profile, "--num-microbatches", 2, "--blocking-power", 80, "--no-charts", "-o", out);
  }

  private Outcome pick(Path output, Object... more) {
    Object[] arguments = new Object[5 + more.length];
    System.arraycopy(
        new Object[] {"pick", plans, "--min-energy", "-o", output}, 0, arguments, 0, 5);
    System.arraycopy(more, 0, arguments, 5, more.length);
    return Outcome.analyze(arguments);
  }

  @Test
  void pickReplacesPlansAndEmptyFilesButNothingElse() throws IOException {
    Path notes = Files.writeString(home.resolve("notes.py"), "print('my notes')\n");
    Outcome refused = pick(notes);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("notes.py", "not a plan", "--overwrite").hasLineCount(1);
    assertThat(pick(notes, "--exact").exitCode()).isEqualTo(1);
    assertThat(notes).hasContent("print('my notes')\n");
    assertThat(pick(notes, "--overwrite").exitCode()).isZero();
    assertThat(notes).content().contains("Iteration");
    assertThat(pick(notes).exitCode()).isZero();
    assertThat(pick(Files.createFile(home.resolve("empty.py"))).exitCode()).isZero();
  }

  @Test
  void pickWritesThroughALink() throws IOException {
    Path target = Files.createFile(home.resolve("target.py"));
    Path link = Files.createSymbolicLink(home.resolve("current.py"), target);
    assertThat(pick(link).exitCode()).isZero();
    assertThat(link).isSymbolicLink();
    assertThat(target).content().contains("Iteration");
    Files.writeString(target, "not a plan");
    assertThat(pick(link).exitCode()).isEqualTo(1);
  }

  @Test
  void outputBelowAFileIsRefusedByAllCommands() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "text");
    Path below = file.resolve("deep/out.png");
    refused(pick(below));
    refused(pick(below, "--exact"));
    refused(plan(below));
    refused(Outcome.analyze("chart", "frontier", plans, "-o", below));
    refused(Outcome.analyze("savings", plans, "-o", below));
    refused(Outcome.analyze("savings", plans, "--chart", below));
    assertThat(file).hasContent("text");
  }

  private static void refused(Outcome outcome) {
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("is not a directory").hasLineCount(1);
  }
}
