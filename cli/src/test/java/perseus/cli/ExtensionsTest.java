package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandRunner;
import perseus.cli.server.ServerCommand;
import perseus.cli.train.ProfileCommand;
import perseus.recording.run.RunManifest;

/**
 * Runs the commands with the extensions of {@code examples/extensions} on the class path, and with
 * broken extensions.
 */
@Tag("slow")
class ExtensionsTest {
  private static final String PROFILE =
      """
      stage,instruction,frequency,time,energy
      0,forward,1410,0.1,30
      0,forward,1200,0.11,28
      0,backward,1410,0.2,60
      0,backward,1200,0.22,56
      1,forward,1410,0.1,30
      1,forward,1200,0.11,28
      1,backward,1410,0.2,60
      1,backward,1200,0.22,56
      """;

  @TempDir static Path shared;
  @TempDir Path home;
  private static Path examples;

  @BeforeAll
  static void compileExamples() throws IOException {
    examples = ExampleExtensions.jar(shared);
  }

  private RankJob start(Path jar, Class<?> command, Object... arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"));
    line.addAll(List.of("-cp", System.getProperty("java.class.path") + ":" + jar));
    line.add(command.getName());
    List.of(arguments).forEach(argument -> line.add(argument.toString()));
    return RankJob.start(home, Map.of(), line);
  }

  private Outcome run(Path jar, Class<?> command, Object... arguments) throws Exception {
    try (RankJob job = start(jar, command, arguments)) {
      return job.end();
    }
  }

  private Path profile() throws IOException {
    return Files.writeString(home.resolve("profile.csv"), PROFILE);
  }

  private Outcome plan(Path jar, Object... more) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("plan", profile(), "--num-microbatches", 4));
    arguments.addAll(List.of("--blocking-power", 80, "--no-charts", "-o", home.resolve("plans")));
    arguments.addAll(List.of(more));
    return run(jar, AnalyzeCommand.class, arguments.toArray());
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }

  private static void assertRefused(Outcome outcome, String... parts) {
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(CommandRunner.FAILED);
    assertThat(outcome.err()).contains(parts);
    assertThat(outcome.err().strip().lines()).hasSize(1);
  }

  @Test
  void plannerScheduleAndChartOfExtensionsMakePlansAndDrawThem() throws Exception {
    assertDone(plan(examples, "--planner", "stage-by-stage", "--schedule", "grouped"));
    Path plans = home.resolve("plans");
    assertThat(Files.readString(plans.resolve("plans.json")))
        .contains("\"stage-by-stage\"", "\"grouped\"");
    // With both stages at 1410 MHz, an iteration takes 1.8 s. At 1200 MHz, an iteration takes 10 %
    // longer.
    assertThat(Files.readString(plans.resolve("frontier.csv"))).contains("1.8", "1.98");
    Path chart = home.resolve("clocks.png");
    assertDone(run(examples, AnalyzeCommand.class, "chart", "clocks", plans, "-o", chart));
    assertThat(chart).isNotEmptyFile();
  }

  @Test
  void logFormatAndAttributionOfExtensionsMakeAProfile() throws Exception {
    Path traces = Files.createDirectories(home.resolve("traces"));
    StringBuilder trace = new StringBuilder();
    double time = 1000;
    double joules = 0;
    for (int iteration = 0; iteration < 8; iteration++) {
      double watts = iteration < 4 ? 200 : 150;
      double forward = iteration < 4 ? 0.1 : 0.12;
      trace.append("run forward %f %f%n".formatted(time, time + forward));
      trace.append("run backward %f %f%n".formatted(time + forward, time + 3 * forward));
      trace.append("run optimizer_step %f %f%n".formatted(time + 3 * forward, time + 4 * forward));
      for (int part = 0; part <= 8; part++) {
        if (part > 0 || iteration == 0) {
          double passed = forward * part / 2;
          trace.append("energy %f %f%n".formatted(time + passed, joules + watts * passed));
        }
      }
      joules += watts * 4 * forward;
      time += 4 * forward;
    }
    Files.writeString(traces.resolve("trace-0.txt"), trace);
    Path csv = home.resolve("out.csv");
    assertDone(
        run(
            examples,
            AnalyzeCommand.class,
            List.of(
                    "profile",
                    traces,
                    "--num-microbatches",
                    1,
                    "--num-prof-steps",
                    4,
                    "--warmup-schedules",
                    0,
                    "--iterations",
                    "1-8",
                    "--frequencies",
                    "1410,1200",
                    "--attribution",
                    "even",
                    "-o",
                    csv)
                .toArray()));
    assertThat(Files.readString(csv)).contains("0,backward,1410,0.2", "0,forward,1200,0.12");
  }

  @Test
  void modelScheduleGpuAndTransportOfExtensionsTrain() throws Exception {
    Path run = home.resolve("run");
    Outcome outcome =
        run(
            examples,
            ProfileCommand.class,
            List.of(
                    "gpt-tiny",
                    1,
                    4,
                    "--pp",
                    2,
                    "--gpu",
                    "constant",
                    "--transport",
                    "deflate",
                    "--train_schedule",
                    "grouped",
                    "--num_prof_steps",
                    2,
                    "--clock_control",
                    "none",
                    "--output_dir",
                    run)
                .toArray());
    assertDone(outcome);
    assertThat(outcome.err()).contains("through the transport deflate");
    RunManifest manifest = RunManifest.read(run.resolve(RunManifest.FILE_NAME));
    assertThat(manifest.model()).isEqualTo("gpt-tiny");
    assertThat(manifest.trainSchedule()).isEqualTo("grouped");
    assertThat(manifest.gpu()).contains("simulated, always 100 W");
    assertThat(manifest.powerSource()).isEqualTo("constant");
    assertThat(run.resolve("instructions-1.csv")).isNotEmptyFile();
  }

  @Test
  void planServerRunsTheSchedulerOfAnExtension() throws Exception {
    try (RankJob server =
        start(
            examples,
            ServerCommand.class,
            List.of(
                    "--scheduler",
                    "EveryNthClock",
                    "--scheduler-args",
                    "{\"n\": 20}",
                    "--port",
                    0,
                    "--no-dump")
                .toArray())) {
      Matcher address = Pattern.compile("http://\\S+").matcher("");
      StubHost.await("the server", () -> address.reset(server.out()).find());
      StringWriter err = new StringWriter();
      StringWriter out = new StringWriter();
      int exitCode =
          CommandRunner.run(
              new ProfileCommand(),
              new PrintWriter(out),
              new PrintWriter(err),
              List.of(
                      "gpt3-nano",
                      "1",
                      "4",
                      "--engine",
                      "virtual",
                      "--num_prof_steps",
                      "1",
                      "--gpu",
                      "sim:a100-pcie",
                      "--perseus_url",
                      address.group(),
                      "--output_dir",
                      home.resolve("run").toString())
                  .toArray(String[]::new));
      assertThat(exitCode).as(err.toString()).isZero();
      RunManifest manifest = RunManifest.read(home.resolve("run").resolve(RunManifest.FILE_NAME));
      List<Integer> clocks =
          manifest.schedules().stream().map(RunManifest.Schedule::frequencyMhz).toList();
      assertThat(clocks).hasSizeGreaterThan(2).startsWith(1410, 1410 - 20 * 15);
    }
  }

  @Test
  void brokenExtensionsAreOneSentenceWithExitCodeOne() throws Exception {
    String planner = "perseus.planner.Planner";
    String code =
        """
        import perseus.planner.problem.*;
        public class %s implements perseus.planner.Planner {
          public String name() { return "%s"; }
          public String title() { return "title"; }
          public Frontier plan(PlanningProblem problem, PlanRequest request) { %s }
        }
        """;
    Path thief =
        ExampleExtensions.jar(
            home, planner, "Thief", code.formatted("Thief", "uniform", "return null;"));
    assertRefused(
        plan(thief, "--planner", "perseus"), thief.toString(), "Thief has the name 'uniform'");
    assertRefused(run(thief, AnalyzeCommand.class, "plan", "--help"), thief.toString());
    Path crash =
        ExampleExtensions.jar(
            home,
            planner,
            "Crash",
            code.formatted("Crash", "crash", "throw new AssertionError();"));
    assertRefused(
        plan(crash, "--planner", "crash"), crash.toString(), "failed in Crash", "AssertionError");
    Path idle =
        ExampleExtensions.jar(
            home, planner, "Idle", code.formatted("Idle", "idle", "return null;"));
    assertRefused(
        plan(idle, "--planner", "idle"),
        idle.toString(),
        "Idle returned null from the method plan");
  }

  /**
   * Runs the part of the launcher that searches for extensions, and returns its exit code and
   * output.
   */
  private Outcome find(String value) throws Exception {
    Path script = ExampleExtensions.PROJECT.resolve("../../bin/launch.bash").normalize();
    List<String> line =
        List.of(
            "bash",
            "-c",
            "source '%s'; perseus_find_extensions; printf %%s \"$perseus_extensions\""
                .formatted(script.toAbsolutePath()));
    try (RankJob job = RankJob.start(home, Map.of("PERSEUS_EXTENSIONS", value), line)) {
      return job.end();
    }
  }

  @Test
  void launcherAddsJarsAndFoldersWithJars() throws Exception {
    Path folder = Files.createDirectories(home.resolve("my jars"));
    Path first = Files.copy(examples, folder.resolve("a.jar"));
    Path second = Files.copy(examples, folder.resolve("b c.jar"));
    assertThat(find(examples + ":" + folder).out())
        .isEqualTo(":" + examples + ":" + first + ":" + second);
    assertThat(find("").out()).isEmpty();
    Path empty = Files.createDirectories(home.resolve("empty"));
    Path text = Files.writeString(home.resolve("text.jar"), "no jar");
    for (Path wrong : List.of(empty, text, home.resolve("absent.jar"))) {
      assertRefused(find(first + ":" + wrong), "PERSEUS_EXTENSIONS names", wrong.toString());
    }
  }

  @Test
  void documentShowsEveryExample() throws IOException {
    Path root = ExampleExtensions.PROJECT.resolve("../..");
    String document = Files.readString(root.resolve("docs/extending.md"));
    Path services = ExampleExtensions.PROJECT.resolve("src/main/resources/META-INF/services");
    try (Stream<Path> files = Files.list(services)) {
      List<Path> kinds = files.toList();
      assertThat(kinds).hasSize(9);
      for (Path kind : kinds) {
        String example = Files.readString(kind).strip().replaceFirst(".*\\.", "");
        assertThat(document).contains("`%s` | `%s`".formatted(kind.getFileName(), example));
      }
    }
    String source =
        Files.readString(
            ExampleExtensions.PROJECT.resolve(
                "src/main/java/org/example/perseus/GroupedSchedule.java"));
    assertThat(document).contains(source.substring(source.indexOf("public final class")));
  }

  @Test
  void projectOfTheExamplesNamesTheArtifactsOfThisVersion() throws IOException {
    String parent = Files.readString(ExampleExtensions.PROJECT.resolve("../../pom.xml"));
    String pom = Files.readString(ExampleExtensions.PROJECT.resolve("pom.xml"));
    for (String element : List.of("groupId", "version")) {
      String value = parent.replaceFirst("(?s).*?<%s>(.*?)</.*".formatted(element), "$1");
      assertThat(pom).contains(value + "</");
    }
  }
}
