package perseus.planfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.AtomicFiles;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.pipeline.Schedules;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** Tests that the files of a directory of plans agree with the plans and with the profile. */
class PlanDirectoryTest {
  private static final Offset<Double> TEN_DIGITS = within(1e-8);

  @TempDir Path temporary;

  private final StageProfile profile = SmallPipeline.profile(false);

  private Path write(StageProfile profile, int plans, PlanFormat format) {
    Path directory = temporary.resolve("out dir");
    Frontier frontier = SmallPipeline.frontier(profile, plans);
    PlanDirectory.write(
        directory, frontier, SmallPipeline.summary(frontier, profile), format, into -> {});
    return directory;
  }

  @Test
  void directoryStaysUnchangedIfAFileCannotBeWritten() throws IOException {
    Path directory = write(profile, 12, PlanFormat.LOWTIME);
    List<String> plans = names(directory.resolve("plans"));
    String catalog = Files.readString(directory.resolve("plans.json"));
    Frontier frontier = SmallPipeline.frontier(profile, 3);
    assertThatThrownBy(
            () ->
                PlanDirectory.write(
                    directory,
                    frontier,
                    SmallPipeline.summary(frontier, profile),
                    PlanFormat.LOWTIME,
                    into ->
                        AtomicFiles.write(
                            into.resolve("profile.csv"),
                            out -> {
                              throw new IOException("No space left on device");
                            })))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(
            directory.resolve("profile.csv").toString(), "No space left on device");
    assertThat(names(directory))
        .containsExactly("frontier.csv", "plans", "plans.json", "summary.json");
    assertThat(names(directory.resolve("plans"))).isEqualTo(plans);
    assertThat(directory.resolve("plans.json")).hasContent(catalog);
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void frontierAgreesWithAnIndependentEvaluationOfThePlanFiles(PlanFormat format)
      throws IOException {
    Path directory = write(profile, 12, format);
    Path csv = temporary.resolve("profile.csv");
    profile.write(csv);
    List<String> lines = Files.readAllLines(directory.resolve("frontier.csv"));
    assertThat(lines.get(0)).isEqualTo("time_s,energy_j,lower_bound_j,plan");
    assertThat(lines).hasSizeGreaterThan(5);
    double before = Double.POSITIVE_INFINITY;
    for (int i = 1; i < lines.size(); i++) {
      String[] fields = lines.get(i).split(",");
      assertThat(fields[3]).isEqualTo("freqs_pipeline_%05d.py".formatted(i - 1));
      Path plan = directory.resolve("plans").resolve(fields[3]);
      IndependentEvaluation evaluation =
          new IndependentEvaluation(
              csv,
              plan,
              SmallPipeline.MICROBATCHES,
              new double[] {70, 151, 80},
              new double[] {0.002, 0.003});
      double time = Double.parseDouble(fields[0]);
      double energy = Double.parseDouble(fields[1]);
      assertThat(time).isCloseTo(evaluation.timeSeconds, TEN_DIGITS).isLessThan(before);
      assertThat(energy).isCloseTo(evaluation.energyJoules, within(1e-6));
      assertThat(Double.parseDouble(fields[2])).isLessThanOrEqualTo(energy * (1 + 1e-9));
      assertThat(PlanFile.prediction(plan)).contains(new Prediction(time, energy));
      before = time;
    }
  }

  @ParameterizedTest
  @EnumSource
  void planThatIsReadBackHasTheSamePrediction(PlanFormat format) {
    Frontier frontier = SmallPipeline.frontier(profile, 12);
    Path plans = write(profile, 12, format).resolve("plans");
    List<Path> files = PlanFile.list(plans);
    assertThat(files).hasSameSizeAs(frontier.plans());
    for (int i = 0; i < files.size(); i++) {
      Plan written = frontier.plans().get(i);
      FrequencyPlan read = PlanFile.read(files.get(i));
      assertThat(read.frequenciesMhz()).isEqualTo(FrequencyPlan.of(written).frequenciesMhz());
      assertThat(read.instructions())
          .isEqualTo(
              format == PlanFormat.ZEUS ? FrequencyPlan.of(written).instructions() : List.of());
      Plan predicted = read.predict("plan", frontier.problem());
      assertThat(predicted.timeSeconds()).isEqualTo(written.timeSeconds());
      assertThat(predicted.energyJoules()).isEqualTo(written.energyJoules());
    }
  }

  @Test
  void catalogAndSummaryAreReadBackUnchanged() throws IOException {
    Frontier frontier = SmallPipeline.frontier(profile, 12);
    PlanSummary summary = SmallPipeline.summary(frontier, profile);
    Path directory = write(profile, 12, PlanFormat.LOWTIME);
    assertThat(JsonFiles.read(directory.resolve("summary.json"), PlanSummary.class, "a summary"))
        .isEqualTo(summary);
    PlanCatalog catalog = PlanCatalog.read(directory);
    assertThat(catalog.allMax()).isEqualTo(summary.allMax());
    assertThat(catalog.blockingWatts()).isEqualTo(301);
    assertThat(catalog.plans()).hasSize(frontier.plans().size());
    for (PlanCatalog.Entry entry : catalog.plans()) {
      Plan plan = frontier.plans().get(entry.number());
      assertThat(entry.timeS()).isEqualTo(plan.timeSeconds());
      assertThat(entry.energyJ()).isEqualTo(plan.energyJoules());
      assertThat(entry.gap()).isGreaterThanOrEqualTo(-1e-9);
      assertThat(entry.stragglerOnly())
          .isEqualTo(plan.timeSeconds() > frontier.leastEnergy().timeSeconds());
      assertThat(directory.resolve(entry.file())).exists();
    }
    assertThat(JsonFiles.toJson(catalog))
        .isEqualTo(Files.readString(directory.resolve("plans.json")));
  }

  @Test
  void plansOfAProfileWithOneBlockingPowerForAllStagesAreReadBack() throws IOException {
    Path csv = temporary.resolve("profile.csv");
    profile.write(csv);
    Files.writeString(
        temporary.resolve("profile.json"),
        "{\"schema_version\": 2, \"source\": \"a test\", \"blocking_watts\": 75.0}");
    StageProfile read = StageProfile.read(csv);
    PlanningProblem problem =
        PlanningProblem.of(read, Schedules.ONE_FORWARD_ONE_BACKWARD, SmallPipeline.MICROBATCHES);
    Frontier frontier = Planners.PERSEUS.plan(problem, new PlanRequest(5));
    Path out = temporary.resolve("out");
    PlanDirectory.write(
        out,
        frontier,
        PlanSummary.of(frontier, read, "perseus", List.of(), List.of()),
        PlanFormat.LOWTIME,
        folder -> read.write(folder.resolve(PlannedProblem.PROFILE_FILE_NAME)));
    assertThat(PlannedProblem.read(out).problem().totalBlockingWatts())
        .isEqualTo(75.0 * SmallPipeline.STAGES);
  }

  @Test
  void fewerPlansReplaceMorePlansAndTheirKnobFiles() throws IOException {
    write(SmallPipeline.profile(true), 12, PlanFormat.LOWTIME);
    Path directory = write(profile, 1, PlanFormat.ZEUS);
    int plans = PlanCatalog.read(directory).plans().size();
    assertThat(names(directory.resolve("plans")))
        .hasSize(plans)
        .allMatch(name -> name.startsWith("freqs_pipeline_0000"));
    assertThat(names(directory))
        .containsExactly("frontier.csv", "plans", "plans.json", "summary.json");
  }

  @Test
  void knobFileListsKnobsInTheOrderOfThePlan() throws IOException {
    StageProfile withKnob = SmallPipeline.profile(true);
    Plan plan = SmallPipeline.frontier(withKnob, 3).plans().get(0);
    Path directory = write(withKnob, 3, PlanFormat.LOWTIME);
    JsonNode stages =
        new ObjectMapper().readTree(directory.resolve("plans/scheds_pipeline_00000.json").toFile());
    assertThat(stages).hasSize(SmallPipeline.STAGES);
    for (int s = 0; s < SmallPipeline.STAGES; s++) {
      List<ProfileRow> rows = plan.computations(s);
      assertThat(stages.get(s)).hasSameSizeAs(rows);
      for (int i = 0; i < rows.size(); i++) {
        JsonNode entry = stages.get(s).get(i);
        assertThat(entry.get("instruction").asText()).isEqualTo(rows.get(i).instruction().name());
        assertThat(entry.get("frequency").asInt()).isEqualTo(rows.get(i).frequencyMhz());
        assertThat(entry.get("comm").asText()).isEqualTo(rows.get(i).knobs().get("comm"));
      }
    }
    assertThat(names(write(profile, 3, PlanFormat.LOWTIME).resolve("plans")))
        .noneMatch(name -> name.startsWith("scheds"));
  }

  @Test
  void filesDoNotDependOnTheLocale() throws IOException {
    Locale before = Locale.getDefault();
    String expected =
        Files.readString(
            write(profile, 3, PlanFormat.ZEUS).resolve("plans").resolve(PlanFile.name(1)));
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      Path plans = write(profile, 3, PlanFormat.ZEUS).resolve("plans");
      assertThat(plans.resolve("freqs_pipeline_00001.py")).hasContent(expected);
      assertThatThrownBy(() -> new PythonLiteral("x.py", "\n{}").parse())
          .hasMessageStartingWith("x.py, line 2:");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void fileWithTheNameOfTheDirectoryIsKept() throws IOException {
    Path file = Files.writeString(temporary.resolve("out dir"), "not a directory");
    assertThatThrownBy(() -> write(profile, 3, PlanFormat.LOWTIME))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file + " is not a directory");
    assertThat(file).hasContent("not a directory");
    assertThat(names(temporary)).containsExactly("out dir");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plans/notes.txt", "plans/freqs_pipeline_00000.py/x", "plans"})
  void filesThatAreNotPlansAreNeverDeleted(String name) throws IOException {
    Path other = temporary.resolve("out dir").resolve(name);
    Files.createDirectories(other.getParent());
    Files.writeString(other, "not a plan");
    assertThatThrownBy(() -> write(profile, 3, PlanFormat.LOWTIME))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(temporary.resolve("out dir/plans") + " cannot be written");
    assertThat(other).hasContent("not a plan");
    assertThat(names(temporary.resolve("out dir"))).containsExactly("plans");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{\"schema_version\": 2}",
        "{\"schema_version\": 1, \"plans\": []}",
        "{\"schema_version\": 1, \"all_max\": {\"time_s\": 1, \"energy_j\": 1}, \"plans\": [null]}",
        "{\"schema_version\": 1, \"all_max\": {\"time_s\": 1, \"energy_j\": 1}, \"plans\": [{\"file\": \"x\"}]}",
        "{\"schema_version\": 1, \"all_max\": {\"time_s\": 1}, \"plans\": [{\"file\": \"x\", \"time_s\": 1, \"energy_j\": 1}]}",
        "{\"schema_version\": 1, \"all_max\": {\"time_s\": 1, \"energy_j\": 1}, \"plans\": [{\"time_s\": 1, \"energy_j\": 1}]}",
      })
  void brokenCatalogIsRefusedWithItsFile(String json) throws IOException {
    Path file = Files.writeString(temporary.resolve("plans.json"), json);
    assertThatThrownBy(() -> PlanCatalog.read(temporary))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file.toString());
  }

  @Test
  void directoryWithoutCatalogIsRefused() {
    assertThatThrownBy(() -> PlanCatalog.read(temporary))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(temporary.toString())
        .hasMessageContaining("not a directory of plans with a plans.json");
  }

  @ParameterizedTest
  @EnumSource
  void everyFileOfASimulatedProfileSaysSo(PlanFormat format) throws IOException {
    Path csv = temporary.resolve("simulated.csv");
    Files.writeString(
        csv,
        """
        stage,instruction,frequency,time,energy,simulated
        0,forward,1410,0.05,20,true
        0,forward,1395,0.06,18,true
        0,backward,1410,0.11,45,true
        """);
    StageProfile simulated = StageProfile.read(csv);
    simulated =
        new StageProfile(
            simulated.rows(), simulated.notes().withBlocking(List.of(70.0), List.of(1)));
    Path directory = write(simulated, 3, format);
    assertThat(Files.readAllLines(directory.resolve("frontier.csv")))
        .startsWith("time_s,energy_j,lower_bound_j,plan,simulated")
        .filteredOn(line -> line.endsWith(".py,true"))
        .isNotEmpty();
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as(file.toString()).contains("simulated");
      }
    }
    for (Path plan : PlanFile.list(directory.resolve("plans"))) {
      assertThat(PlanFile.read(plan).frequenciesMhz()).hasSize(1);
      assertThat(PlanFile.prediction(plan)).isPresent();
    }
  }
}
