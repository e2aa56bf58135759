package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a command with bad input prints a message of one line, ends with exit code 1 or 2, and
 * leaves no files.
 */
class BadInputTest {
  @TempDir Path home;
  private Path out;

  @BeforeEach
  void nameOutput() {
    out = home.resolve("out").resolve("deeper");
  }

  @Test
  void missingDirectoryIsRefused() {
    fails(1, "does not exist", Outcome.analyze(home.resolve("nowhere"), "-o", out));
  }

  @Test
  void emptyDirectoryIsRefused() throws IOException {
    Path empty = Files.createDirectory(home.resolve("empty"));
    fails(1, "no files such as", Outcome.analyze(empty, "-o", out));
    assertThat(empty).isEmptyDirectory();
  }

  @Test
  void invalidFlagValuesAreWrongUsage() {
    fails(
        2,
        "\"fast\" is not a frequency",
        Outcome.analyze("profile", home, "--frequencies", "fast"));
    fails(2, "\"late\" is not a range", Outcome.analyze("profile", home, "--iterations", "late"));
    fails(2, "'guess'", Outcome.analyze("profile", home, "--attribution", "guess"));
    fails(2, "Unknown rank order 'tp'", Outcome.analyze("profile", home, "--rank-order", "tp"));
    fails(2, "--dp must be 1 or more", Outcome.analyze("profile", home, "--dp", 0));
    // The directory is empty. Exit code 1 would mean that the command read the directory before it
    // checked the flags.
    fails(2, "--slowdown is 0.05, but", Outcome.analyze(home, "--slowdown", 0.05));
    fails(
        2, "--straggler is 0.5, but must be 1 or more", Outcome.analyze(home, "--straggler", 0.5));
  }

  @Test
  void directoryWithoutTheLogsOfARankIsRefused() throws IOException {
    Path run = home.resolve("run");
    assertThat(profile("--output_dir", run).exitCode()).isZero();
    Files.delete(run.resolve("instructions-2.csv"));
    Files.delete(run.resolve("time-energy-2.csv"));
    fails(1, "instructions-2.csv", Outcome.analyze(run, "-o", out));
  }

  @Test
  void flagsThatContradictTheRecordingAreRefused() {
    Path run = home.resolve("run");
    assertThat(profile("--output_dir", run).exitCode()).isZero();
    fails(1, "run.json says 1", Outcome.analyze(run, "-o", out, "--num-prof-steps", 3));
    fails(1, "--dp is 2", Outcome.analyze(run, "-o", out, "--dp", 2));
  }

  @Test
  void logsInWhichEveryRankLacksRecordsAreRefused() throws IOException {
    Path run = home.resolve("run");
    assertThat(profile("--output_dir", run, "--num_prof_steps", 2).exitCode()).isZero();
    for (int rank = 0; rank < 4; rank++) {
      Path file = run.resolve("instructions-" + rank + ".csv");
      List<String> lines = Files.readAllLines(file);
      List<String> kept = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        if (i % 11 != 5) {
          kept.add(lines.get(i));
        }
      }
      Files.write(file, kept);
    }
    fails(1, "no other rank has a complete log", Outcome.analyze(run, "-o", out));
  }

  @Test
  void logThatEndsBeforeItsBackwardsIsRefused() throws IOException {
    Path run = home.resolve("run");
    assertThat(profile("--output_dir", run).exitCode()).isZero();
    Path file = run.resolve("instructions-1.csv");
    List<String> lines = Files.readAllLines(file);
    lines.removeIf(line -> !line.startsWith("instruction") && !line.startsWith("forward"));
    Files.write(file, lines);
    String missing = " forwards but no backward_microstep. Was the file cut off?";
    fails(1, missing, Outcome.analyze("profile", run, "-o", home.resolve("profile.csv")));
    fails(1, missing, Outcome.analyze(run, "-o", out));
    assertThat(home.resolve("profile.csv")).doesNotExist();
  }

  @Test
  void recordingsOfDifferentJobsAreRefused() {
    Path first = home.resolve("first");
    Path second = home.resolve("second");
    assertThat(profile("--output_dir", first).exitCode()).isZero();
    assertThat(profile("--output_dir", second, "--pp", 2).exitCode()).isZero();
    fails(1, "different jobs", Outcome.analyze(first, second, "-o", out));
    fails(1, "named twice", Outcome.analyze(first, first, "-o", out));
  }

  @Test
  void profileWithoutAStageIsRefused() {
    fails(1, "no row for stage 1", plan(file(rows(0), rows(2))));
  }

  @Test
  void profileOfOneFrequencyIsRefused() {
    Path profile = file(rows(0).subList(0, 2), List.of());
    fails(1, "nothing to plan", plan(profile));
    assertThat(plan(profile, "--planner", "uniform").exitCode()).isZero();
    assertThat(out.resolve("plans")).isDirectoryContaining("glob:**freqs_*.py");
  }

  @Test
  void profileWithoutBackwardIsRefused() {
    fails(1, "backward", plan(file(List.of(rows(0).get(0), rows(0).get(2)), List.of())));
  }

  @Test
  void profileWithInvalidNumbersIsRefused() {
    for (String bad : List.of("0,forward,900,-1,5", "0,forward,900,nan,5", "0,forward,900,1,-5")) {
      fails(1, "line 6", plan(file(rows(0), List.of(bad))));
    }
  }

  @Test
  void wrongNumberOfStagesIsRefused() {
    fails(1, "--num-stages is 3", plan(file(rows(0), rows(1)), "--num-stages", 3));
  }

  @Test
  void invalidPlanningFlagsAreRefused() {
    Path profile = file(rows(0), rows(1));
    fails(2, "--plans is 'abc'", plan(profile, "--plans", "abc"));
    fails(2, "--plans is '0'", plan(profile, "--plans", 0));
    fails(1, "the shortest iteration", plan(profile, "--at", 0.001));
    fails(1, "the shortest iteration", plan(profile, "--slowdown", 0.9));
    fails(2, "--slowdown is 0.5, but", plan(profile, "--slowdown", 0.5));
    fails(2, "--at must be above 0 s", plan(profile, "--at", -1));
    fails(2, "must be 1 or more, such as 1.2", plan(profile, "--straggler", 0.9));
    fails(2, "NaN", plan(profile, "--at", "NaN"));
    fails(2, "--blocking-power is -3", plan(profile, "--blocking-power", -3));
    fails(1, "at most", plan(profile, "--num-microbatches", 100_000_000));
    fails(2, "not a number", plan(profile, "--at", "x"));
    fails(2, "perseus, uniform", plan(profile, "--planner", "x"));
    fails(2, "perseus, uniform", plan(profile, "--baselines", "uniform,x"));
    fails(2, "interleaved:V", plan(profile, "--schedule", "x"));
    fails(1, "a multiple of 3", plan(profile, "--schedule", "interleaved:3"));
    fails(1, "has 3 numbers", plan(profile, "--blocking-power", "80,70,60"));
    fails(2, "--gpus-per-stage has 0", plan(profile, "--gpus-per-stage", "1,0"));
    fails(2, "neither a number", plan(profile, "--gpus-per-stage", "1,x"));
    fails(2, "from 0 to 10 seconds", plan(profile, "--switch-cost", -0.01));
    fails(2, "from 0 to 10 seconds", plan(profile, "--switch-cost", "1e9"));
    fails(2, "from 0.001 to 1000", plan(profile, "--scale-time", 0));
    fails(2, "from 0.001 to 1000", plan(profile, "--scale-time", "1e-300"));
    fails(2, "from 0.001 to 1000", plan(profile, "--scale-energy", -1));
    fails(2, "must be 1 or more", plan(profile, "--num-microbatches", 0));
    fails(2, "bst", plan(profile, "--effort", "bst"));
    for (String goal : List.of("--deadline", "--slowdown", "--energy", "--power-cap")) {
      fails(2, "must be above 0", Outcome.analyze("pick", home, goal, 0));
    }
    fails(2, "at least 1", Outcome.analyze("pick", home, "--straggler", 0.9));
  }

  @Test
  void differentPowersOrGpusForStagesOfOneRankAreRefused() {
    Path profile = file(rows(0), rows(1));
    Object[] shared = {"--schedule", "interleaved:2", "--blocking-power", "80,60"};
    Outcome differentPowers = plan(profile, shared);
    fails(1, "80.0 W and 60.0 W", differentPowers);
    fails(1, "--blocking-power", differentPowers);
    Object[] gpus = {"--schedule", "interleaved:2", "--gpus-per-stage", "1,2"};
    Outcome differentCounts = plan(profile, gpus);
    fails(1, "1 and 2 GPUs", differentCounts);
    fails(1, "--gpus-per-stage", differentCounts);
  }

  @Test
  void operationsThatWaitForEachOtherAreRefused() throws IOException {
    Path profile = file(rows(0), List.of());
    Path dag = home.resolve("dag.json");
    Files.writeString(
        dag,
        """
        {"operations": [
          {"id": "f", "stage": 0, "instruction": "forward", "predecessors": ["b"]},
          {"id": "b", "stage": 0, "instruction": "backward"}]}
        """);
    Object[] flags = {"plan", profile, "--blocking-power", 80, "--dag", dag, "-o", out};
    fails(1, "has a cycle: 'f' before 'b' before 'f'", Outcome.analyze(flags));
    fails(2, "leave out --schedule and --num-microbatches", plan(profile, "--dag", dag));
    flags[5] = home.resolve("none.json");
    fails(1, "does not exist", Outcome.analyze(flags));
  }

  @Test
  void savingsWithoutUsableSourceAreRefused() throws IOException {
    Path profile = file(rows(0), rows(1));
    fails(2, "Name a SOURCE", Outcome.analyze("savings"));
    fails(1, "neither plans.json nor", Outcome.analyze("savings", home));
    fails(1, "give --blocking-power", Outcome.analyze("savings", profile));
    fails(2, "not 0.5", Outcome.analyze("savings", profile, "--stragglers", "1.2,0.5"));
    Files.createDirectory(home.resolve("perseus"));
    fails(1, "the first 2 are of warm-ups", Outcome.analyze("savings", home));
    fails(
        2, "--pipelines must be 1 or more", Outcome.analyze("savings", profile, "--pipelines", 0));
    fails(
        2,
        "--pipelines has 2 numbers",
        Outcome.analyze(
            "savings",
            profile,
            "--blocking-power",
            80,
            "--num-microbatches",
            4,
            "--pipelines",
            "1,2"));
  }

  @Test
  void flagsWithoutEffectAreWrongUsage() throws IOException {
    Path plans = Files.createDirectory(home.resolve("plans"));
    Files.writeString(plans.resolve("plans.json"), "{}");
    String profiles = "applies to stage profiles only";
    fails(2, profiles, Outcome.analyze("savings", plans, "--num-microbatches", 7));
    fails(2, profiles, Outcome.analyze("savings", plans, "--schedule", "gpipe"));
    fails(2, profiles, Outcome.analyze("savings", plans, "--switch_cost", 0.01));
    fails(2, profiles, Outcome.analyze("savings", plans, "--planners", "uniform"));
    fails(
        2,
        "applies to directories of measurements and stage profiles only",
        Outcome.analyze("savings", plans, "--blocking-power", 10));
    fails(
        2,
        "directories of measurements only",
        Outcome.analyze("savings", plans, "--baseline", "z.csv"));
    Path dumps = Files.createDirectory(home.resolve("dumps"));
    fails(
        2,
        "directories of plans and stage profiles only",
        Outcome.analyze("savings", dumps, "--pipelines", 16));
    fails(
        2,
        "applies with --exact only",
        Outcome.analyze("pick", plans, "--min-energy", "--plan-format", "zeus"));
    Path png = home.resolve("chart.png");
    for (String flag : List.of("--rank", "--stage", "--num-microbatches", "--pp", "--dag")) {
      fails(
          2,
          flag + " applies to charts of kind",
          Outcome.analyze("chart", "frontier", plans, flag, 3, "-o", png));
    }
    fails(
        2,
        "charts of kind savings and recording, not frontier",
        Outcome.analyze("chart", "frontier", plans, "--num-microbatches", 3, "-o", png));
    fails(
        2,
        profiles,
        Outcome.analyze("chart", "savings", plans, "--num-microbatches", 3, "-o", png));
  }

  @Test
  void customPartitionThatDoesNotFitIsRefused() {
    fails(1, "27 layers", partition("custom:0,8,14,21,28", 4));
    fails(1, "3 stages", partition("custom:0,8,14,27", 4));
    fails(1, "4 stages", partition("custom:0,8,14,21,27", 3));
  }

  @Test
  void numbersAndNamesThatNoModelAcceptsAreRefused() {
    fails(2, "must be 1 or more, not 0", profile("--max_steps", 0));
    fails(2, "must be 1 or more, not -3", profile("--max_steps", -3));
    fails(2, "must be 1 or more, not 0", profile("--seq_length", 0));
    fails(2, "must be above 0", profile("--sim_slowdown", 0));
    fails(2, "partition method 'best'", partition("best", 4));
    fails(2, "--partition_method", partition("best", 4));
  }

  private Outcome partition(String method, int pp) {
    return Outcome.profile(
        "gpt3-xl", 4, 8, "--partition_method", method, "--pp", pp, "--output_dir", out);
  }

  @Test
  void unknownModelSuggestsTheNearest() {
    fails(2, "did you mean gpt3-nano", Outcome.profile("gpt3-nan", 4, 8, "--output_dir", out));
  }

  @Test
  void planForAnotherPipelineIsRefused() throws IOException {
    Path plan = Files.writeString(home.resolve("plan.py"), "[[1410, 1410],\n[1410, 1410]]\n");
    fails(
        1,
        "number of stages (2) than the pipeline has (4)",
        profile("--plan", plan, "--output_dir", out));
    fails(1, "8 microbatches", profile("--plan", plan, "--pp", 2, "--output_dir", out));
  }

  @Test
  void fileInThePlaceOfTheOutputDirectoryIsRefused() throws IOException {
    Path file = Files.createFile(home.resolve("file"));
    Path profile = file(rows(0), rows(1));
    fails(1, "not a directory", profile("--output_dir", file));
    fails(1, "cannot be created", profile("--output_dir", file.resolve("below")));
    fails(1, "not a directory", plan(profile, "-o", file));
    fails(1, "not a directory", plan(profile, "-o", file.resolve("below")));
    assertThat(file).isEmptyFile();
  }

  @Test
  void plansNeverReplaceOtherFiles() throws IOException {
    Path notes = home.resolve("notes");
    Files.createDirectories(notes.resolve("plans"));
    Files.createFile(notes.resolve("plans").resolve("holidays.txt"));
    fails(1, "holidays.txt", plan(file(rows(0), rows(1)), "-o", notes));
    assertThat(notes).isDirectoryNotContaining("glob:**/*.csv");
    assertThat(notes.resolve("plans").resolve("holidays.txt")).exists();
  }

  @Test
  void messageAboutAMissingFeatureNamesAnAlternative() {
    fails(2, "virtual and djl", profile("--engine", "jax"));
    fails(2, "and interleaved:V", profile("--train_schedule", "zb"));
    Object[] interleaved = {"--pp", 3, "--train_schedule", "interleaved:2", "--output_dir", out};
    fails(1, "a multiple of 3, not 8", profile(interleaved));
    fails(1, "11 layers for a pipeline of 16", profile("--train_schedule", "interleaved:4"));
    fails(2, "--gpu sim:NAME", profile("--gpu", "nvml"));
  }

  @Test
  void tensorsThatCannotBeTrainedAreRefusedBeforeAnythingStarts() {
    fails(1, "use --engine virtual", Outcome.profile("gpt3-175b", 4, 8, "--output_dir", out));
    fails(1, "no.txt does not exist", profile("--engine", "djl", "--data", home.resolve("no.txt")));
    fails(1, "is a folder", profile("--engine", "djl", "--data", home));
    fails(1, "--data", profile("--engine", "djl", "--tokenizer", file(rows(0), rows(1))));
    fails(2, "--learning_rate", profile("--engine", "djl", "--learning_rate", -1));
    fails(2, "--precision", profile("--engine", "djl", "--precision", "half"));
    fails(
        1,
        "tf32 needs an NVIDIA GPU",
        profile("--engine", "djl", "--gpu", "sim:a40", "--precision", "tf32", "--device", "cpu"));
    fails(2, "fp16", profile("--engine", "djl", "--initial_loss_scale", 1024));
    fails(2, "1 to", profile("--precision", "fp16", "--initial_loss_scale", 0.5));
    fails(2, "1 or more", profile("--precision", "fp16", "--loss_scale_window", 0));
    fails(2, "--rendezvous_timeout", profile("--engine", "djl", "--rendezvous_timeout", 0));
    fails(1, "tensor parallelism", Outcome.profile("wide-resnet-nano", 4, 8, "--tp", 2));
    assertThat(out).doesNotExist();
  }

  @Test
  void unreachablePlanServerIsNamed() {
    fails(1, "http://127.0.0.1:1 does not", profile("--perseus_url", "http://127.0.0.1:1"));
    fails(2, "such as http://127.0.0.1:7787", profile("--perseus_url", "localhost"));
    fails(
        2,
        "minimum_power_state",
        profile("--perseus_url", "http://127.0.0.1:1", "--minimum_frequency", 1200));
  }

  @Test
  void wrongUsageIsRefused() {
    fails(2, "Give a model", Outcome.profile());
    fails(2, "Unknown flag '--bogus'", profile("--bogus", 3));
    fails(2, "did you mean --learning_rate", profile("--learning_rte", 3));
    fails(2, "not a whole number", Outcome.profile("gpt3-nano", "four", 8));
    fails(2, "Missing required", profile("--export_timing_csv"));
    fails(2, "Name a directory", Outcome.analyze());
    fails(2, "--deadline", Outcome.analyze("pick", home));
    fails(2, "PNG", Outcome.analyze("chart", "frontier", home, "-o", "chart.pdf"));
  }

  @Test
  void messagesListAllowedValuesAsTheHelpDoes() {
    Path profile = file(rows(0), rows(1));
    fails(2, "'huge'; there are fast, default and best", plan(profile, "--effort", "huge"));
    fails(2, "'x'; there are lowtime and zeus", plan(profile, "--plan-format", "x"));
    fails(
        2,
        "'xml'; there are text, csv and markdown",
        Outcome.analyze("savings", profile, "--format", "xml"));
    fails(
        2,
        "'x'; there are published and best",
        Outcome.analyze("savings", profile, "--straggler-rule", "x"));
    fails(
        2,
        "'x'; there are frontier, profile, timeline, savings and recording",
        Outcome.analyze("chart", "x", home));
    assertThat(Outcome.analyze("chart", "--help").out().replaceAll("\\s+", " "))
        .contains("frontier, profile, timeline, savings, recording");
    fails(2, "PNG", Outcome.analyze("chart", "FRONTIER", home, "-o", "chart.pdf"));
  }

  @Test
  void messagesContainNoTermsOfJava() {
    Path profile = file(rows(0), rows(1));
    fails(2, "'eight' is not a whole number;", plan(profile, "--num-stages", "eight"));
    fails(2, "for MICROBATCH_SIZE: 'two'", Outcome.profile("gpt3-nano", "two", 4));
    fails(2, "'yes' is neither true nor false;", profile("--export_timing_csv", "yes"));
    fails(2, "Unexpected argument 'x';", Outcome.server(Map.of(), "x"));
  }

  @Test
  void misspeltCommandsAndFlagsGetASuggestion() {
    fails(2, "(did you mean plan?)", Outcome.analyze("plam", "g.csv"));
    fails(2, "(did you mean plan?)", Outcome.analyze("plam", "g.csv", "--num-stages", 8));
    fails(2, "'no-such' is neither a command nor a directory;", Outcome.analyze("no-such"));
    fails(2, "Unknown flag '--quux';", Outcome.analyze("plan", "--quux"));
    Path profile = file(rows(0), rows(1));
    fails(2, "mean --num-microbatches?", Outcome.analyze("plan", profile, "--num-microbatch", 8));
    fails(2, "mean --num-microbatches?", Outcome.analyze("plan", profile, "--num_microbatchs=8"));
    fails(2, "mean --blocking-power?", Outcome.analyze("plan", profile, "--blocking", 8));
    fails(2, "(did you mean best?)", plan(profile, "--effort", "bets"));
    fails(2, "(did you mean pick?)", Outcome.analyze("help", "pikc"));
    fails(2, "(did you mean cuda?)", profile("--device", "cdua"));
    fails(2, "'--xyzzy';", Outcome.analyze("plan", profile, "--xyzzy"));
  }

  @Test
  void profilesWithCommonMistakesGetASpecificMessage() throws IOException {
    List<String> fromOne = Stream.of(1, 2).flatMap(s -> rows(s).stream()).toList();
    Path profile = file(fromOne, List.of());
    fails(1, "stages are numbered from 0", plan(profile, "--num-stages", 2));
    Files.writeString(profile, Files.readString(profile).replace(',', ';'));
    fails(1, "separated by semicolons", plan(profile));
    Files.writeString(profile, Files.readString(profile).replace(';', '\t'));
    fails(1, "separated by tabs", plan(profile));
  }

  @Test
  void filesInThePlaceOfDirectoriesAreRefused() throws IOException {
    Path file = Files.writeString(home.resolve("run.json"), "{}");
    fails(1, "is a file, not a directory; name the", Outcome.analyze(file));
    fails(1, "is a file, not a directory; name the", Outcome.analyze("profile", file));
    fails(1, "is a file, not a directory of plans", Outcome.analyze("pick", file, "--min-energy"));
    Path none = home.resolve("none");
    fails(1, "none does not exist", Outcome.analyze("pick", none, "--min-energy"));
  }

  @Test
  void severalGoalsAreRefusedWithOneList() {
    for (String second : List.of("--slowdown", "--deadline")) {
      Outcome outcome = Outcome.analyze("pick", home, "--slowdown", 1.05, second, 1.1);
      fails(2, "Give one of (--deadline=S | --slowdown=X", outcome);
      assertThat(outcome.err()).containsOnlyOnce("--energy");
    }
  }

  @Test
  void numbersInOtherFormsThanDecimalAreRefused() {
    for (String number : List.of("3d", "0x1p3", "1e999", "Infinity", "1,5")) {
      fails(2, "'" + number + "' is", Outcome.analyze("pick", home, "--deadline", number));
      String watts = number.replace(",", "");
      if (!watts.equals("15")) {
        fails(2, "neither a number", plan(file(rows(0), rows(1)), "--blocking-power", watts));
      }
    }
  }

  @Test
  void verboseAddsTheStackTrace() {
    Outcome outcome = profile("--plan", home.resolve("none.py"), "--verbose");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("\tat perseus.cli");
  }

  @Test
  void numbersOutsideTheirRangeAreRefused() {
    fails(2, "NUM_MICROBATCHES must be 1", Outcome.profile("gpt3-nano", 4, 0));
    fails(2, "--num_prof_steps must be 1", profile("--num_prof_steps", 0));
    fails(2, "at least 1", profile("--pp", 0));
    fails(2, "more than", profile("--dp", 2_000_000_000));
    fails(1, "at most", Outcome.profile("gpt3-nano", 4, 2_000_000_000, "--output_dir", out));
  }

  @Test
  void precisionThatTheRunCannotUseIsRefused() {
    fails(2, "such as 1%", precision("1"));
    fails(2, "such as 1%", precision("0%"));
    fails(2, "exclude each other", profile("--prof_precision", "1%"));
    fails(2, "--num_prof_steps", precision("1%", "--plan", home.resolve("none.py")));
    fails(2, "\"prof_precision\": 0.005", precision("0.5%", "--perseus_url", "http://127.0.0.1:1"));
    fails(1, "--export_timing_csv true", precision("1%", "--export_timing_csv", "false"));
  }

  private static Outcome precision(String percent, Object... flags) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("gpt3-nano", 4, 8, "--engine", "virtual", "--prof_precision", percent));
    arguments.addAll(List.of(flags));
    return Outcome.profile(arguments.toArray());
  }

  private Outcome profile(Object... flags) {
    List<Object> arguments =
        new ArrayList<>(List.of("gpt3-nano", 4, 8, "--engine", "virtual", "--num_prof_steps", 1));
    arguments.addAll(List.of(flags));
    return Outcome.profile(arguments.toArray());
  }

  private Outcome plan(Path profile, Object... flags) {
    List<Object> arguments = new ArrayList<>(List.of("plan", profile, "--no-charts", "-o", out));
    arguments.addAll(List.of("--num-microbatches", 4, "--blocking-power", 80));
    arguments.addAll(List.of(flags));
    return Outcome.analyze(arguments.toArray());
  }

  /** Returns rows for a forward and a backward at two frequencies. */
  private static List<String> rows(int stage) {
    return Stream.of(
            "forward,1410,1,300",
            "backward,1410,2,600",
            "forward,1005,1.3,250",
            "backward,1005,2.6,500")
        .map(row -> stage + "," + row)
        .toList();
  }

  private Path file(List<String> first, List<String> second) {
    List<String> lines = new ArrayList<>(List.of("stage,instruction,frequency,time,energy"));
    lines.addAll(first);
    lines.addAll(second);
    try {
      return Files.write(home.resolve("profile.csv"), lines);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void fails(int exitCode, String words, Outcome outcome) {
    assertThat(outcome.err().lines()).as(outcome.err()).hasSize(1);
    assertThat(outcome.err()).contains(words).doesNotContain("Exception", "Internal error");
    assertThat(outcome.exitCode()).isEqualTo(exitCode);
    assertThat(out.getParent()).doesNotExist();
  }
}
