package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a command does not analyze the files of two jobs together, and that its message names
 * the files that do not belong together.
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
