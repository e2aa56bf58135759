package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FasterThanAllMaxTest {
  @TempDir Path directory;

  private Path plans(double highestSeconds) throws IOException {
    Path profile = directory.resolve("profile.csv");
    StringBuilder rows = new StringBuilder("stage,instruction,frequency,time,energy\n");
    for (int stage = 0; stage < 2; stage++) {
      for (String kind : new String[] {"forward", "backward"}) {
        rows.append("%d,%s,1410,%s,40\n".formatted(stage, kind, highestSeconds));
        rows.append("%d,%s,1200,0.11,30\n".formatted(stage, kind));
      }
    }
    Files.writeString(profile, rows);
    return profile;
  }

  private Outcome plan(Path profile) {
    return Outcome.analyze(
        "plan",
        profile.toString(),
        "--num-microbatches",
        "4",
        "--blocking-power",
        "80",
        "--no-charts",
        "-o",
        directory.resolve("out").toString());
  }

  private Outcome pick() {
    return Outcome.analyze("pick", directory.resolve("out").toString(), "--min-energy");
  }

  @Test
  void plansThatAreFasterThanAllMaxAreNotOfferedAsASaving() throws IOException {
    Outcome planned = plan(plans(0.14));
    assertThat(planned.out()).contains("not to be trusted").doesNotContain("less energy");
    assertThat(planned.err()).contains("no plan can be faster than all-max");
    Outcome picked = pick();
    assertThat(picked.exitCode()).isEqualTo(1);
    assertThat(picked.err()).contains("no plan can be faster than all-max");
  }

  @Test
  void plansWithinTheErrorsOfTimesAreOffered() throws IOException {
    assertThat(plan(plans(0.1005)).out()).contains("less energy");
    assertThat(pick().exitCode()).isZero();
  }
}
