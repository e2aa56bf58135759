package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that no command overwrites a file that it reads, even if another path or a link leads to
 * the file.
 */
class InputsStayTest {
  @TempDir Path home;
  private Path profile;
  private Path plans;

  @BeforeEach
  void plan() throws IOException {
    List<String> rows = new ArrayList<>(List.of("stage,instruction,frequency,time,energy,comm"));
    for (int stage = 0; stage < 2; stage++) {
      for (String row : List.of("1410,1,300", "1005,1.3,250")) {
        rows.add(stage + ",forward," + row + ",a");
        rows.add(stage + ",backward," + row + ",a");
      }
    }
    profile = Files.write(home.resolve("profile.csv"), rows);
    plans = home.resolve("plans0");
    done(plan(profile, "-o", plans));
  }

  @Test
  void pickedPlanReplacesNoFileOfItsDirectory() throws IOException {
    Path link = Files.createSymbolicLink(home.resolve("link"), plans);
    for (Path output :
        List.of(
            plans.resolve("plans.json"),
            plans.resolve("../plans0/./summary.json"),
            link.resolve("profile.csv"),
            plans.resolve("profile.json"),
            plans.resolve("frontier.csv"),
            // The command would write the knobs (settings except frequencies) of the plan
            // profile.py to profile.json. But profile.json is a file of the plans.
            plans.resolve("profile.py"),
            plans.resolve("plans/freqs_pipeline_00000.py"),
            plans.resolve("plans/new.py"))) {
      refused("write elsewhere", "pick", plans, "--min-energy", "-o", output);
      refused("write elsewhere", "pick", plans, "--min-energy", "--exact", "-o", output);
    }
    done(Outcome.analyze("pick", plans, "--min-energy", "-o", plans.resolve("best.py")));
  }

  @Test
  void tablesAndChartsReplaceNoSource() throws IOException {
    Path link = Files.createSymbolicLink(home.resolve("link.csv"), profile);
    String reads = "which this command reads";
    Object[] savings = {"savings", profile, "--num-microbatches", 4, "--blocking-power", 80};
    refused(reads, with(savings, "-o", profile));
    refused(reads, with(savings, "-o", link));
    refused(reads, with(savings, "-o", home.resolve("plans0/../profile.csv")));
    refused(reads, with(savings, "-o", home.resolve("profile.json")));
    refused("belongs to the plans", "savings", plans, "-o", plans.resolve("plans.json"));
    refused("PNG", "savings", plans, "--chart", home.resolve("a.csv"));
    Path both = home.resolve("a.png");
    refused(reads, "savings", plans, "-o", both, "--chart", both);

    Path dumps = home.resolve("dumps-a100");
    Files.createDirectories(dumps.resolve("perseus"));
    Files.createFile(dumps.resolve("zeus_global.csv"));
    Files.createFile(dumps.resolve("perseus/0.prof.json"));
    refused(reads, "savings", dumps, "-o", dumps.resolve("zeus_global.csv"));
    refused(reads, "savings", dumps, "-o", dumps.resolve("perseus/0.prof.json"));
    done(Outcome.analyze("savings", plans, "-o", plans.resolve("savings.txt")));
  }

  @Test
  void scaledProfileNeverReplacesTheOriginal() throws IOException {
    Path inPlace = plans.resolve("profile.csv");
    refused("scaled copy", planned(inPlace, "--scale-time", 2, "-o", plans));
    Path link = Files.createSymbolicLink(home.resolve("link"), plans);
    refused("scaled copy", planned(inPlace, "--scale-energy", 2, "-o", link));
    byte[] before = Files.readAllBytes(inPlace);
    done(plan(inPlace, "-o", plans));
    assertThat(Files.readAllBytes(inPlace)).isEqualTo(before);
  }

  @Test
  void rowsPerRankAreNotReplacedByRowsPerStage() throws IOException {
    List<String> rows = new ArrayList<>(List.of("rank,stage,instruction,frequency,time,energy"));
    for (int rank = 0; rank < 2; rank++) {
      for (String row : List.of("1410,1,300", "1005,1.3,250")) {
        rows.addAll(List.of(rank + ",0,forward," + row, rank + ",0,backward," + row));
      }
    }
    Path ranks = Files.write(plans.resolve("profile.csv"), rows);
    Files.delete(plans.resolve("profile.json"));
    refused("rows per rank", planned(ranks, "-o", plans));
    done(plan(ranks, "-o", home.resolve("elsewhere")));
  }

  @Test
  void plansReplaceNeitherProfileNorSchedule() throws IOException {
    Path frontier = Files.copy(profile, home.resolve("frontier.csv"));
    refused("would replace", planned(frontier, "-o", home));
    // The notes of the profile plans.csv are stored in plans.json, which the command would
    // overwrite.
    Path named = Files.copy(profile, home.resolve("plans.csv"));
    refused("would replace", planned(named, "-o", home));
    String forward = "{\"id\": \"f\", \"stage\": 0, \"instruction\": \"forward\"}";
    Path dag = home.resolve("summary.json");
    Files.writeString(dag, "{\"operations\": [" + forward + "]}");
    refused("would replace", "plan", profile, "--dag", dag, "-o", home);
    refused("this command reads", "savings", profile, "--dag", dag, "-o", dag);
  }

  @Test
  void profileReplacesNoLog() throws IOException {
    Path run = home.resolve("run");
    done(
        Outcome.profile(
            "gpt3-nano", 4, 8, "--engine", "virtual", "--num_prof_steps", 1, "--output_dir", run));
    refused("the recording's", "profile", run, "-o", run.resolve("instructions-0.csv"));
    // The command would write the notes of the profile run.csv to run.json, which is a file of the
    // recording.
    refused("the recording's", "profile", run, "-o", run.resolve("run.csv"));
  }

  @Test
  void emptyPathsAreRefused() {
    refused("the path is empty", planned(profile, "-o", ""));
    refused("the path is empty", "pick", plans, "--min-energy", "-o", "");
    refused("the path is empty", "savings", plans, "--chart", " ");
    refused("the path is empty", "chart", "frontier", plans, "-o", "");
    refused("the path is empty", "profile", "");
    Outcome profiled = Outcome.profile("gpt3-nano", 4, 8, "--output_dir", "");
    assertThat(profiled.err()).contains("the path is empty");
    assertThat(profiled.exitCode()).isEqualTo(2);
  }

  private static Outcome plan(Path csv, Object... flags) {
    return Outcome.analyze(planned(csv, flags));
  }

  private static Object[] planned(Path csv, Object... flags) {
    Object[] usual = {"--num-microbatches", 4, "--blocking-power", 80, "--no-charts"};
    return with(with(new Object[] {"plan", csv}, usual), flags);
  }

  private static Object[] with(Object[] arguments, Object... more) {
    return Stream.of(arguments, more).flatMap(Stream::of).toArray();
  }

  private void refused(String words, Object... arguments) {
    Map<Path, String> before = files();
    Outcome outcome = Outcome.analyze(arguments);
    assertThat(outcome.err()).contains(words).hasLineCount(1);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(files()).isEqualTo(before);
  }

  /** Returns the contents of all files below the directory {@code home}, by path. */
  private Map<Path, String> files() {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return contents;
  }

  private static void done(Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }
}
