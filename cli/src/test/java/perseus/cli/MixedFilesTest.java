package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a command does not analyze the files of two jobs together. Its message must name the
 * files that do not belong together.
 */
class MixedFilesTest {
  private static final String ROWS =
      """
      stage,instruction,frequency,time,energy
      0,forward,1410,%s,30
      0,forward,1200,0.11,28
      0,backward,1410,0.2,60
      0,backward,1200,0.22,56
      1,forward,1410,0.1,30
      1,backward,1410,0.2,60
      """;
  private static final String NOTES = "{\"schema_version\": 2, \"model\": \"%s\"}";

  @TempDir Path home;
  private Path plans;
  private Path others;

  @BeforeEach
  void planTwoJobs() throws IOException {
    plans = plan("small", "0.1");
    others = plan("large", "0.3");
  }

  private Path plan(String model, String seconds) throws IOException {
    Path profile = home.resolve(model + ".csv");
    Files.writeString(profile, ROWS.formatted(seconds));
    Files.writeString(home.resolve(model + ".json"), NOTES.formatted(model));
    Path out = home.resolve("plans-of-" + model);
    assertThat(plan(profile, out).exitCode()).isZero();
    return out;
  }

  private static Outcome plan(Path profile, Path out, Object... more) {
    Object[] flags = {
      "plan", profile, "--num-microbatches", 3, "--blocking-power", 80, "--plans", 3, "--no-charts"
    };
    Object[] all = new Object[flags.length + 2 + more.length];
    System.arraycopy(flags, 0, all, 0, flags.length);
    all[flags.length] = "-o";
    all[flags.length + 1] = out;
    System.arraycopy(more, 0, all, flags.length + 2, more.length);
    return Outcome.analyze(all);
  }

  /** Makes a recording of one frequency: the first frequency of a sample recording. */
  private Path oneFrequency() throws IOException {
    Path sample =
        Path.of(System.getProperty("perseus.root"), "sample-profiles", "bert-huge_a40_dp2");
    Path recording = Files.createDirectory(home.resolve("recording"));
    try (var files = Files.list(sample)) {
      for (Path file : files.toList()) {
        copy(sample, recording, file.getFileName().toString());
      }
    }
    Path manifest = recording.resolve("run.json");
    ObjectNode run = (ObjectNode) new ObjectMapper().readTree(manifest.toFile());
    ArrayNode schedules = (ArrayNode) run.get("schedules");
    while (schedules.size() > 3) {
      schedules.remove(3);
    }
    Files.writeString(manifest, run.toString());
    return recording;
  }

  private static Outcome analyze(Path recording, Path out, Object... more) {
    List<Object> all = new ArrayList<>(List.of(recording, "-o", out, "--no-charts"));
    all.addAll(List.of(more));
    return Outcome.analyze(all.toArray());
  }

  private static void copy(Path from, Path to, String name) throws IOException {
    Files.write(to.resolve(name), Files.readAllBytes(from.resolve(name)));
  }

  private void refused(Outcome outcome, String... facts) {
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
    assertThat(outcome.err()).hasLineCount(1).contains(facts);
  }

  @Test
  void profileOfOtherPlansIsRefused() throws IOException {
    copy(others, plans, "profile.csv");
    Path png = home.resolve("c.png");
    refused(
        Outcome.analyze("pick", plans, "--slowdown", 1.05, "--exact"), "profile.csv", "plans.json");
    refused(Outcome.analyze("chart", "frontier", plans, "-o", png), "profile.csv", "plans.json");
    assertThat(png).doesNotExist();
  }

  /** Tests every command that reads the plans without their profile. */
  @Test
  void plansBesideAnotherProfileAreRefusedByAllCommands() throws IOException {
    copy(others, plans, "profile.csv");
    Path copy = home.resolve("plan.py");
    String[] facts = {"profile.csv", "is not the profile of the plans in", "Plan again"};
    refused(Outcome.analyze("pick", plans, "--slowdown", 1.05, "-o", copy), facts);
    assertThat(copy).doesNotExist();
    refused(Outcome.analyze("savings", plans), facts);
    refused(Outcome.analyze("fleet", plans, "--gpus", 8), facts);
    refused(Outcome.analyze("report", plans), facts);
    Outcome check = Outcome.analyze("check", plans);
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.out()).contains(facts).doesNotContain("pick");
    for (Path plan :
        List.of(plans, plans.resolve("plans"), plans.resolve("plans/freqs_00000.py"))) {
      refused(Outcome.profile("gpt3-xl", 8, 8, "--plan", plan, "--output_dir", copy), facts);
    }
  }

  @Test
  void plansWithoutAProfileAreStillChosen() throws IOException {
    Files.delete(plans.resolve("profile.csv"));
    assertThat(Outcome.analyze("pick", plans, "--slowdown", 1.05).exitCode()).isZero();
  }

  /** A recording at one frequency has a profile, but no plans. */
  @Test
  void analysisWithoutPlansDeletesThePlansOfAnotherProfileOnly() throws IOException {
    Path recording = oneFrequency();
    Path kept = Files.writeString(plans.resolve("notes.txt"), "mine");
    Files.writeString(plans.resolve("report.html"), "old");
    Outcome outcome = analyze(recording, plans);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("nothing to plan", "deleted from " + plans);
    assertThat(kept).exists();
    try (var files = Files.list(plans)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("notes.txt", "profile.csv", "profile.json");
    }

    Path own = home.resolve("own");
    assertThat(analyze(recording, own, "--planner", "uniform").exitCode()).isZero();
    outcome = analyze(recording, own);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).doesNotContain("deleted");
    assertThat(Outcome.analyze("pick", own, "--slowdown", 1).exitCode()).isZero();
  }

  @Test
  void planFilesOfAnotherCatalogAreRefused() throws IOException {
    copy(others, plans, "plans.json");
    refused(Outcome.analyze("pick", plans, "--min-energy"), "plans.json", "different plans");
  }

  @Test
  void notesOfAnotherProfileAreRefused() throws IOException {
    Files.writeString(
        home.resolve("small.json"),
        "{\"schema_version\": 2, \"stage_blocking_watts\": [80, 80, 80]}");
    refused(
        plan(home.resolve("small.csv"), home.resolve("out")),
        "small.json",
        "small.csv",
        "3 values");
  }

  @Test
  void scheduleFileOfTheOtherFlagIsRefused() throws IOException {
    Path csv = Files.writeString(home.resolve("s.csv"), "0F0,0F1,0B0,0B1\n1F0,1B0,1F1,1B1\n");
    Path json =
        Files.writeString(
            home.resolve("s.json"),
            "{\"operations\": [{\"id\": \"F0\", \"stage\": 0, \"instruction\": \"forward\"}]}");
    Object[] profile = {"plan", home.resolve("small.csv"), "--blocking-power", 80};
    refused(
        Outcome.analyze(profile[0], profile[1], profile[2], profile[3], "--dag", csv),
        "s.csv",
        "--schedule-csv");
    refused(
        Outcome.analyze(profile[0], profile[1], profile[2], profile[3], "--schedule-csv", json),
        "s.json",
        "--dag");
  }

  @Test
  void earlierPlansOfAnotherModelAreRefused() {
    refused(
        plan(home.resolve("large.csv"), home.resolve("out"), "--from", plans),
        "another job",
        "model",
        "small",
        "large");
  }

  @Test
  void planOfAnotherJobOnATimelineIsRefused() {
    Path png = home.resolve("c.png");
    refused(
        Outcome.analyze(
            "chart",
            "timeline",
            plans,
            "--plan",
            others.resolve("plans/freqs_pipeline_00000.py"),
            "-o",
            png),
        "freqs_pipeline_00000.py",
        "another profile");
    assertThat(png).doesNotExist();
  }

  @Test
  void planOfAnotherModelIsNotReplayed() {
    refused(
        Outcome.profile(
            "gpt3-nano",
            1,
            3,
            "--pp",
            2,
            "--engine",
            "virtual",
            "--gpu",
            "sim:a100-pcie",
            "--plan",
            plans,
            "--output_dir",
            home.resolve("replay")),
        "small",
        "gpt3-nano");
  }
}
