package perseus.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandOutcome;

/** Tests that perseus-run refuses plans that were made from another profile. */
class StalePlansTest {
  private static final String PROFILE =
      """
      stage,instruction,frequency,time,energy
      0,forward,1410,%1$s,10
      0,forward,1200,0.12,9
      0,backward,1410,0.2,20
      0,backward,1200,0.24,18
      """;

  @Test
  void plansBesideAnotherProfileAreRefused(@TempDir Path home) throws IOException {
    Path profile = Files.writeString(home.resolve("profile.csv"), PROFILE.formatted(0.1));
    Path out = home.resolve("out");
    CommandOutcome planned =
        CommandOutcome.of(
            new AnalyzeCommand(),
            "plan",
            profile,
            "--num-microbatches",
            4,
            "--blocking-power",
            50,
            "--no-charts",
            "-o",
            out);
    assertThat(planned.exitCode()).as(planned.err()).isZero();
    Files.writeString(out.resolve("profile.csv"), PROFILE.formatted(0.11));
    StringWriter err = new StringWriter();
    int code =
        RunCommand.run(
            new String[] {"--gpu", "sim:a100-sxm", "--plan", out.toString(), "--", "true"},
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true));
    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("is not the profile of the plans in").hasLineCount(1);
  }
}
