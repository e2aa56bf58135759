package perseus.io.kind;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrongPathTest {
  @TempDir Path directory;

  private Path file(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static String plans(Path given) {
    return WrongPath.sentence(given, PathKind.PLANS.words(), PathKind.PLANS);
  }

  @Test
  void theAnalysisOfARecordingIsSuggestedOrTheCommandThatMakesIt() throws IOException {
    Path run = file("my run/run.json", "{}").getParent();
    assertThat(plans(run))
        .contains("is a recording, not a directory of plans.", "bin/perseus-analyze '" + run + "'");
    file("my run/analysis/plans.json", "{}");
    assertThat(plans(run)).endsWith("Did you mean " + run.resolve("analysis") + "?");
    assertThat(plans(directory)).endsWith("Did you mean " + run.resolve("analysis") + "?");
    assertThat(WrongPath.sentence(run.resolve("analysis"), "a recording", PathKind.RECORDING))
        .contains("is a directory of plans, not a recording")
        .endsWith("Did you mean " + run + "?");
  }

  @Test
  void theDirectoryAbovePlanFilesIsSuggested() throws IOException {
    Path plan = file("a/plans/freqs_pipeline_00000.py", "[]");
    file("a/plans.json", "{}");
    assertThat(plans(plan.getParent())).endsWith("Did you mean " + directory.resolve("a") + "?");
  }

  @Test
  void profilesAndArchivesAreRecognizedByTheirFirstBytes() throws IOException {
    Path profile = file("p.csv", "stage,instruction,frequency,time,energy\n");
    assertThat(plans(profile)).contains("is a profile, not", "bin/perseus-analyze plan " + profile);
    Path zip = file("r.zip", "PK\u0003\u0004");
    assertThat(WrongPath.sentence(zip, "a recording", PathKind.RECORDING))
        .contains("is an archive, not a recording", "Unpack");
    file("a/profile.csv", "stage,instruction,frequency,time,energy\n");
    file("a/plans.json", "{}");
    assertThat(WrongPath.sentence(directory.resolve("a"), "a profile", PathKind.PROFILE))
        .endsWith("Did you mean " + directory.resolve("a/profile.csv") + "?");
  }

  @Test
  void anUnknownDirectoryIsOnlyRefused() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    assertThat(plans(other)).contains("is an empty directory, not a directory of plans.");
    file("other/x", "");
    assertThat(plans(other)).contains(other + " is not a directory of plans.", "analyze plan");
  }
}
