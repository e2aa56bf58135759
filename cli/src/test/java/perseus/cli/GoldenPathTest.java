package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.common.SecondsRange;
import perseus.planfile.PlannedProblem;

/**
 * Runs the commands in their usual order: profile, analyze, pick, replay, chart. Each command reads
 * the files that the earlier commands have written.
 */
class GoldenPathTest {
  private static final List<String> JOB =
      List.of(
          "gpt3-nano",
          "4",
          "8",
          "--engine",
          "virtual",
          "--num_prof_steps",
          "3",
          "--gpu",
          "sim:a100-pcie");

  @TempDir Path temporary;

  @Test
  void eachCommandReadsTheFilesOfTheOneBefore() throws IOException {
    Path home = Files.createDirectory(temporary.resolve("a directory with spaces"));
    Path run = home.resolve("run");
    Path plans = home.resolve("plans");
    Path plan = home.resolve("plan.py");

    done(Outcome.profile(job("--output_dir", run)));
    assertThat(run.resolve("run.json")).exists();
    assertThat(run.resolve("instructions-3.csv")).exists();

    done(Outcome.analyze(run, "-o", plans));
    assertThat(plans)
        .isDirectoryContaining("glob:**/profile.csv")
        .isDirectoryContaining("glob:**/frontier.csv")
        .isDirectoryContaining("glob:**/frontier.png")
        .isDirectoryContaining("glob:**/summary.json");

    done(Outcome.analyze("pick", plans, "--slowdown", "1.05", "-o", plan));
    assertThat(plan).content().startsWith("[");

    Path catalog = plans.resolve("plans.json");
    assertThat(Outcome.analyze("pick", catalog, "--slowdown", "1.05").out())
        .isEqualTo(Outcome.analyze("pick", plans, "--slowdown", "1.05").out());
    assertThat(Outcome.analyze("savings", catalog).out())
        .isEqualTo(Outcome.analyze("savings", plans).out());

    Outcome replay = Outcome.profile(job("--plan", plan, "--output_dir", home.resolve("replay")));
    done(replay);
    assertThat(replay.out())
        .contains("predicted", "measured", "plan.py")
        .doesNotContain("off the predictions", "ended the run");

    Path exact = home.resolve("exact.py");
    done(Outcome.analyze("pick", plans, "--slowdown", "1.013", "--exact", "-o", exact));
    assertThat(exact).content().startsWith("[");

    Path savings = home.resolve("charts").resolve("savings.png");
    Outcome tables =
        Outcome.analyze(
            "savings", plans, "--pipelines", 4, "--format", "markdown", "--chart", savings);
    done(tables);
    assertThat(tables.out()).contains("| plans    | Perseus |", "one of them a straggler");
    assertThat(tables.out()).contains("slowdown (%), and time of least energy; simulated");
    assertThat(Outcome.analyze("savings", plans, "--format", "csv").out())
        .contains(",simulated\nplans,Perseus,1,,", ",true\n");
    assertThat(savings).isNotEmptyFile();
    done(Outcome.analyze("chart", "savings", plans, "-o", savings));

    Object[] waiting = {"savings", plans, "--stragglers", 1.2, "--format", "csv"};
    String best = Outcome.analyze(with(waiting, "--straggler-rule", "best")).out();
    Matcher figure = Pattern.compile("Perseus,1,1\\.2,([\\d.]+),").matcher(best);
    assertThat(figure.find()).as(best).isTrue();
    assertThat(Outcome.analyze("pick", plans, "--straggler", 1.2).out())
        .contains(
            "%.2f %% less energy than all-max, both waiting for the straggler, in "
                .formatted(Double.parseDouble(figure.group(1))));

    Path chart = home.resolve("charts").resolve("timeline.png");
    done(Outcome.analyze("chart", "timeline", plans, "-o", chart));
    assertThat(chart).isNotEmptyFile();

    try (Stream<Path> all = Files.walk(home)) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".tmp"));
    }
  }

  @Test
  void scheduleFromJsonAndRanksOfSeveralStagesArePlannedPickedAndCharted() throws IOException {
    Path profile = temporary.resolve("profile.csv");
    List<String> rows = new ArrayList<>(List.of("stage,instruction,frequency,time,energy,comm"));
    StringBuilder operations = new StringBuilder();
    for (int s = 0; s < 4; s++) {
      for (String instruction : List.of("forward", "backward")) {
        rows.add(s + "," + instruction + ",1410,1,300,a");
        rows.add(s + "," + instruction + ",1410,1.05,280,b");
        rows.add(s + "," + instruction + ",1005,1.3,250,a");
        operations.append(
            "{\"id\": \"%s%d\", \"stage\": %d, \"rank\": %d, \"instruction\": \"%s\"},"
                .formatted(instruction, s, s, s % 2, instruction));
      }
    }
    Files.write(profile, rows);
    operations.setCharAt(operations.length() - 1, ']');
    Path dag = temporary.resolve("order.json");
    Files.writeString(dag, "{\"operations\": [" + operations + "}");
    for (List<Object> schedule :
        List.<List<Object>>of(
            List.of("--dag", dag),
            List.of("--schedule", "interleaved:2", "--num-microbatches", 4))) {
      Path plans = temporary.resolve("plans-" + schedule.get(1).hashCode());
      List<Object> arguments = new ArrayList<>(List.of("plan", profile, "-o", plans));
      arguments.addAll(schedule);
      arguments.addAll(
          List.of("--blocking-power", "80.1,70.0,79.9,70.4", "--gpus-per-stage", "1,2,1,2"));
      done(Outcome.analyze(arguments.toArray()));
      // Stages of the same rank run on the same GPUs, so all of them get the mean of their measured
      // blocking powers.
      assertThat(plans.resolve("profile.json")).content().contains("[ 80.0, 70.2, 80.0, 70.2 ]");
      assertThat(plans.resolve("plans/freqs_pipeline_00000.py")).content().hasLineCount(8);
      assertThat(plans.resolve("plans/scheds_pipeline_00000.json")).content().contains("comm");
      Path plan = temporary.resolve("picked.py");
      done(Outcome.analyze("pick", plans, "--slowdown", 1.1, "--exact", "-o", plan));
      assertThat(temporary.resolve("picked.json")).content().contains("comm");
      done(Outcome.analyze("chart", "frontier", plans, "-o", temporary.resolve("f.png")));
      done(Outcome.analyze("chart", "timeline", plans, "-o", temporary.resolve("t.png")));
    }
  }

  @Test
  void timesInMillisecondsGiveAWarning() throws IOException {
    Path profile = temporary.resolve("milliseconds.csv");
    Files.writeString(
        profile,
        """
        stage,instruction,frequency,time,energy
        0,forward,1410,100,30
        0,backward,1410,200,60
        0,forward,1005,130,25
        0,backward,1005,260,50
        """);
    Outcome planned =
        Outcome.analyze(
            "plan", profile, "--num-microbatches", 2, "--blocking-power", 80, "--no-charts");
    done(planned);
    assertThat(planned.err())
        .contains("The backward of stage 0 at 1410 MHz draws 0.3 W", "are times in seconds");
  }

  @Test
  void rangesOfTimesHaveEnoughDigits() throws IOException {
    Path profile = oneStage("1410,0.01,3", "1005,0.01002,2.5");
    Outcome planned =
        Outcome.analyze(
            "plan", profile, "--num-microbatches", 2, "--blocking-power", 80, "--no-charts");
    done(planned);
    assertThat(planned.out()).contains(" microbatches (1f1b), 0.04000 to 0.04008 s\n");
    assertThat(SecondsRange.of(0.6389123, 0.6389456)).isEqualTo("0.63891 to 0.63895 s");
    assertThat(SecondsRange.of(16.00874, 20.0789)).isEqualTo("16.01 to 20.08 s");
    assertThat(SecondsRange.of(12345.6, 23456.7)).isEqualTo("12346 to 23457 s");
    assertThat(SecondsRange.of(1, 1)).isEqualTo("1.000 to 1.000 s");
  }

  @Test
  void stagesWithoutACommonFrequencyArePlannedAndCharted() throws IOException {
    List<String> rows = new ArrayList<>(List.of("stage,instruction,frequency,time,energy"));
    for (String row : List.of("0,forward,1410", "0,backward,1395", "1,forward,1380")) {
      rows.addAll(List.of(row + ",1,300", row.replaceAll("\\d+$", "1005") + ",1.3,250"));
    }
    rows.replaceAll(row -> row.replace("0,backward,1005", "0,backward,1020"));
    rows.add("1,backward,1365,2,500");
    Path profile = Files.write(temporary.resolve("profile.csv"), rows);
    Path plans = temporary.resolve("plans");
    done(
        Outcome.analyze(
            "plan", profile, "--num-microbatches", 2, "--blocking-power", 80, "-o", plans));
    assertThat(plans.resolve("frontier.png")).isNotEmptyFile();
    assertThat(plans.resolve("timeline.png")).isNotEmptyFile();
  }

  @Test
  void noLowerBoundIsPrintedForTimesAtWhichThePipelineOnlyWaits() throws IOException {
    Path profile = oneStage("1410,1,300", "1005,1.3,250");
    Object[] plan = {
      "plan", profile, "--num-microbatches", 2, "--blocking-power", 80, "--no-charts"
    };
    Outcome planned = Outcome.analyze(with(plan, "--straggler", 1.2, "--straggler", 100));
    done(planned);
    assertThat(planned.out())
        .contains("above the lower bound, ")
        .containsPattern("for 4.800000 s .* J; lower bound [0-9.]+ J\n")
        .containsPattern("for 400.000000 s .* J; a slower plan needs more energy");
  }

  @Test
  void timesOfChangesOfClockComeFromAFileAndStayWithThePlans() throws IOException {
    Path profile = oneStage("1410,1,300", "1005,1.3,250");
    Path cost =
        Files.writeString(
            temporary.resolve("cost.csv"), "from,to,seconds\nany,any,0.5\n1410,1005,2.0\n");
    Path plans = temporary.resolve("plans");
    Object[] plan = {
      "plan", profile, "--num-microbatches", 2, "--blocking-power", 80, "--no-charts", "-o", plans
    };
    done(Outcome.analyze(with(plan, "--switch-cost", cost)));
    assertThat(plans.resolve("switch-cost.csv")).hasSameTextualContentAs(cost);
    assertThat(PlannedProblem.read(plans).problem().switchCost().seconds(1410, 1005)).isEqualTo(2);
    done(Outcome.analyze("pick", plans, "--min-energy"));
    done(Outcome.analyze(with(plan, "--switch-cost", 0.01)));
    assertThat(PlannedProblem.read(plans).problem().switchCost().seconds(1410, 1005))
        .isEqualTo(0.01);
  }

  @Test
  void replayThatIsNotWhatWasAskedForSaysSo() throws IOException {
    Path run = temporary.resolve("run");
    done(Outcome.profile(job("--output_dir", run)));
    Path analysis = run.resolve("analysis");
    done(Outcome.analyze(run, "--plans", 5));
    Object[] plans = {"--plan", analysis, "--output_dir", temporary.resolve("replay")};
    Outcome elsewhere = Outcome.profile(job(with(plans, "--gpu", "sim:h200")));
    done(elsewhere);
    assertThat(elsewhere.out()).containsPattern("Times are up to [0-9]+ % off the predictions");
    Outcome ended = Outcome.profile(job(with(plans, "--max_steps", 13)));
    done(ended);
    assertThat(ended.out())
        .containsPattern("--max_steps 13 ended the run before the last [1-9] of [1-9] plans ran");

    Outcome again = Outcome.profile(job("--output_dir", run, "--overwrite"));
    done(again);
    assertThat(again.out()).contains(analysis.toString());
  }

  /**
   * Writes a profile of one stage in which forwards and backwards have the same times and energies.
   *
   * @param measured one text for each frequency: frequency, time and energy, separated by commas
   */
  private Path oneStage(String... measured) throws IOException {
    List<String> rows = new ArrayList<>(List.of("stage,instruction,frequency,time,energy"));
    for (String row : measured) {
      rows.addAll(List.of("0,forward," + row, "0,backward," + row));
    }
    return Files.write(temporary.resolve("profile.csv"), rows);
  }

  private static Object[] with(Object[] arguments, Object... more) {
    return Stream.of(arguments, more).flatMap(Stream::of).toArray();
  }

  @Test
  void interleavedScheduleIsProfiledPlannedAndReplayedAsPlanned() throws IOException {
    List<Object> schedule = List.of("--pp", 2, "--train_schedule", "interleaved:3");
    Path run = temporary.resolve("interleaved");
    done(Outcome.profile(job(with(schedule, "--output_dir", run, "--num_prof_steps", 8))));
    assertThat(Files.readString(run.resolve("instructions-1.csv")))
        .contains("forward_microstep,", "forward_1,", "backward_2,");
    Path plans = temporary.resolve("interleaved plans");
    Outcome analyzed = Outcome.analyze(run, "-o", plans, "--plans", 5, "--no-charts");
    done(analyzed);
    assertThat(analyzed.out()).contains("6 stages x 8 microbatches (interleaved:3)");

    Path replay = temporary.resolve("interleaved replay");
    Outcome replayed =
        Outcome.profile(job(with(schedule, "--plan", plans, "--output_dir", replay)));
    done(replayed);
    // Each row contains the predicted and the measured iteration time of one plan.
    Matcher row = Pattern.compile("freqs_\\S+\\s+([\\d.]+)\\s+([\\d.]+) ").matcher(replayed.out());
    int plansSeen = 0;
    while (row.find()) {
      assertThat(Double.parseDouble(row.group(2)))
          .isCloseTo(Double.parseDouble(row.group(1)), withinPercentage(2));
      plansSeen++;
    }
    assertThat(plansSeen).as(replayed.out()).isGreaterThan(3);
  }

  private static Object[] with(List<Object> schedule, Object... more) {
    return Stream.concat(schedule.stream(), Stream.of(more)).toArray();
  }

  @Test
  void profilingIsPreciseByDefaultAndRevisitsTheFirstFrequency() {
    Path run = temporary.resolve("run");
    Outcome profiled =
        Outcome.profile(
            "gpt3-xl",
            8,
            8,
            "--engine",
            "virtual",
            "--gpu",
            "sim:a100-sxm",
            "--minimum_frequency",
            1350,
            "--output_dir",
            run);
    done(profiled);
    assertThat(profiled.out())
        .contains("at 5 frequencies", "are known to 1 %", "1410 MHz again at the end")
        .doesNotContain("except");

    Outcome analyzed = Outcome.analyze(run, "-o", temporary.resolve("plans"), "--explain");
    done(analyzed);
    assertThat(analyzed.out()).contains("1350", "ran again at the end");
    assertThat(analyzed.err()).doesNotContain("warning");
  }

  @Test
  void overwritingWithFewerRanksLeavesNoFormerRank() {
    Path run = temporary.resolve("run");
    done(Outcome.profile(job("--output_dir", run, "--num_prof_steps", "1")));

    Outcome refused = Outcome.profile(job("--output_dir", run, "--num_prof_steps", "1"));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("--overwrite");

    done(
        Outcome.profile(
            job("--output_dir", run, "--num_prof_steps", "1", "--pp", "2", "--overwrite")));
    assertThat(run.toFile().list())
        .containsExactlyInAnyOrder(
            "run.json",
            "gpu-state-0.csv",
            "gpu-state-1.csv",
            "instructions-0.csv",
            "instructions-1.csv",
            "power-samples-0.csv",
            "power-samples-1.csv",
            "time-energy-0.csv",
            "time-energy-1.csv");
  }

  private static Object[] job(Object... more) {
    return Stream.concat(JOB.stream(), Stream.of(more)).toArray();
  }

  private static void done(Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }
}
