package perseus.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.evaluation.published.EmulatedProfile;
import perseus.evaluation.published.PublishedData;
import perseus.io.UserError;
import perseus.numeric.Percent;
import perseus.pipeline.Schedules;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/**
 * Tests that published measurements are evaluated as in the paper, and that this project's plans
 * are evaluated in the same tables.
 */
@Tag("slow")
class PublishedEvaluationTest {
  private static final Path DATA =
      Path.of(System.getProperty("perseus.root", "..")).resolve("../shared/data/sosp24");
  private static final double WATTS = 80;

  @TempDir Path home;

  private static StageProfile profile(Path csv, double watts) {
    StageProfile read = StageProfile.read(csv);
    return read.withNotes(
        read.notes()
            .withBlocking(
                Collections.nCopies(read.stages(), watts), Collections.nCopies(read.stages(), 1)));
  }

  private static List<EvaluatedWorkload> emulated(EmulatedProfile published, double watts) {
    return PublishedEvaluation.of(
        published,
        profile(published.profile(), watts),
        (profile, count) -> PlanningProblem.of(profile, Schedules.ONE_FORWARD_ONE_BACKWARD, count));
  }

  @Test
  void measuredPlansAreComparedWithAllMaxOfTheHighestPowerLimit() throws IOException {
    PublishedData data = PublishedData.read(PublishedLayout.write(home), path -> WATTS);
    EvaluatedWorkload job = PublishedEvaluation.of(data.jobs().get(0));
    EvaluatedPolicy perseus = job.policies().get(0);
    assertThat(perseus.origin()).isEqualTo(Origin.MEASURED);
    assertThat(perseus.saved()).isCloseTo(0.1, within(1e-12));
    // Until 12 s, all-max (every operation at the highest frequency) uses 1160 J. The slowest plan
    // that takes at most 12 s uses 750 J.
    assertThat(perseus.saved(1.2)).isCloseTo(1 - 750.0 / 1160, within(1e-12));
    assertThat(perseus.savedWithin(1.1)).hasValueCloseTo(0.1, within(1e-12));
    assertThat(perseus.savedWithin(0.9)).isEmpty();
    assertThat(job.baselines().get(0).savedWithin(1.1)).hasValueCloseTo(0.15, within(1e-12));
    assertThat(job.bound()).isEmpty();
  }

  @Test
  void profileIsPlannedBesideThePublishedPlans() throws IOException {
    PublishedData data = PublishedData.read(PublishedLayout.write(home), path -> WATTS);
    List<EvaluatedWorkload> workloads = emulated(data.profiles().get(0), WATTS);
    assertThat(workloads)
        .extracting(EvaluatedWorkload::microbatches)
        .containsExactly(12, 24, 48, 96);
    List<EvaluatedPolicy> policies = workloads.get(0).policies();
    assertThat(policies)
        .extracting(EvaluatedPolicy::title)
        .containsExactly("Perseus (published)", "EnvPipe (published)", "this planner");
    assertThat(policies).allMatch(policy -> policy.origin() == Origin.EMULATED);
    assertThat(policies.get(0).saved()).isCloseTo(0.1, within(1e-12));
    assertThat(policies.get(1).saved()).isCloseTo(0.1, within(1e-12));
    // The pipeline has only one stage, which never waits. Therefore no plan saves energy without a
    // slowdown.
    assertThat(policies.get(2).saved()).isCloseTo(0, within(1e-9));
    // With an iteration time of 36 s, every operation runs at the lower frequency and uses half of
    // the energy.
    assertThat(policies.get(2).saved(1.5)).isCloseTo(1 - 3600 / (7200 + 12 * WATTS), within(1e-9));
    SavingsBound bound = workloads.get(0).bound().orElseThrow();
    for (double degree : ProfileEvaluation.STRAGGLERS) {
      assertThat(policies.get(2).saved(degree))
          .isLessThanOrEqualTo(bound.savedWaiting(degree) + 1e-9);
      assertThat(policies.get(2).fleetSaved(degree))
          .isLessThanOrEqualTo(bound.fleetSaved(degree) + 1e-9);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "emulation/frontier/m_a100_mb12.csv | time,energy;24,-1 | line 2: column 'energy' is '-1'",
        "emulation/frontier/m_a100_mb12.csv | time,energy;NaN,1 | line 2: column 'time' is 'NaN'",
        "emulation/frontier/m_a100_mb12.csv | time;24 | no column energy",
        "emulation/frontier/m_a100_mb12.csv | time,energy | has no rows",
        "emulation/envpipe.csv | model,device,num_microbatches,iteration_time,energy;m,a100,x,1,1 | 'num_microbatches' is 'x'",
        "emulation/envpipe.csv | model,device,num_microbatches,iteration_time,energy;m,a100,12,24,1 | belongs to another profile",
        "iterations.csv | a,b;1,2 | no column iteration_time_s",
      })
  void brokenTablesAreRefused(String file, String text, String fact) throws IOException {
    Files.writeString(PublishedLayout.write(home).resolve(file), text.replace(';', '\n'));
    assertThatThrownBy(
            () ->
                PublishedData.read(home, path -> WATTS)
                    .profiles()
                    .forEach(profile -> emulated(profile, WATTS)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.replaceFirst(".*/", ""))
        .hasMessageContaining(fact);
  }

  @Test
  void directoryWithoutMeasurementsIsRefused() {
    assertThatThrownBy(() -> PublishedData.read(home, path -> WATTS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("holds no published measurements");
  }

  @Test
  void directoryOfOneJobIsRefusedInFavourOfItsParentDirectory() throws IOException {
    Path job = PublishedLayout.write(home).resolve("tiny-a100");
    assertThatThrownBy(() -> PublishedData.read(job, path -> WATTS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("one job");
  }

  @Test
  void publishedDataGiveTheFiguresOfThePaper() {
    Assumptions.assumeTrue(
        Files.isDirectory(DATA), "skipped: the published measurements " + DATA + " are missing");
    PublishedData data = PublishedData.read(DATA, path -> 83.64);
    EvaluatedWorkload job = PublishedEvaluation.of(data.jobs().get(0));
    List<List<String>> rows =
        new SavingsRows(false, List.of(job), List.of()).withoutStraggler().rows();
    List<String> saved = new ArrayList<>();
    rows.forEach(row -> saved.add(row.get(4)));
    assertThat(saved).containsExactly("13.2", "8.8");
    for (int i = 0; i < 2; i++) {
      ReferenceFigures.Reference reference = ReferenceFigures.TRAINED.get(i);
      assertThat(saved.get(i)).isEqualTo(reference.savedPercent());
      EvaluatedPolicy policy = job.policies().get(i);
      reference
          .waiting()
          .forEach(
              (degree, percent) ->
                  assertThat(Percent.fixed(100 * policy.saved(degree), 1)).isEqualTo(percent));
    }
    List<EvaluatedWorkload> workloads = emulated(data.profiles().get(0), 83.64);
    for (EvaluatedWorkload workload : workloads) {
      EvaluatedPolicy published = workload.policies().get(0);
      EvaluatedPolicy own = workload.policies().get(2);
      assertThat(own.saved()).isGreaterThan(published.saved());
      assertThat(own.fleetSaved(1.2))
          .isGreaterThan(published.fleetSaved(1.2))
          .isLessThanOrEqualTo(workload.bound().orElseThrow().fleetSaved(1.2));
    }
    int compared = 0;
    for (ReferenceFigures.Reference reference : ReferenceFigures.EMULATED) {
      for (EvaluatedWorkload workload : workloads) {
        if (reference.isOf(workload) && reference.microbatches() == workload.microbatches()) {
          EvaluatedPolicy policy = policy(workload, reference.planner());
          assertThat(Percent.fixed(100 * policy.saved(), 2)).isEqualTo(reference.savedPercent());
          reference
              .waiting()
              .forEach(
                  (degree, percent) ->
                      assertThat(Percent.fixed(100 * policy.fleetSaved(degree), 2))
                          .isEqualTo(percent));
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(6);
  }

  private static EvaluatedPolicy policy(EvaluatedWorkload workload, String title) {
    return workload.policies().stream()
        .filter(policy -> policy.title().equals(title))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyWorkloadOfThePaperHasItsPublishedFigures() {
    for (PaperWorkload workload : PaperWorkload.ALL) {
      EvaluatedWorkload evaluated =
          new EvaluatedWorkload(
              workload.model(),
              workload.model(),
              "NVIDIA " + workload.gpu().toUpperCase(Locale.ROOT),
              0,
              List.of(),
              List.of(),
              Optional.empty());
      assertThat(workload.isSame(evaluated)).isTrue();
      if (PaperWorkload.isEmulated(workload.model())) {
        assertThat(ReferenceFigures.EMULATED)
            .filteredOn(reference -> reference.isOf(evaluated))
            .filteredOn(reference -> reference.planner().equals("Perseus (published)"))
            .extracting(ReferenceFigures.Reference::microbatches)
            .containsExactlyElementsOf(PaperWorkload.EMULATED_MICROBATCHES);
      } else {
        assertThat(ReferenceFigures.TRAINED)
            .filteredOn(reference -> reference.isOf(evaluated))
            .hasSize(2)
            .allSatisfy(
                reference ->
                    assertThat(reference.waiting()).containsOnlyKeys(ProfileEvaluation.STRAGGLERS));
      }
    }
  }

  @Test
  void publishedFiguresStandBeforeTheWorkloadsOfTheirModelAndGpuAndNotBesideTheirMeasurements()
      throws IOException {
    PublishedLayout.write(home);
    Files.move(home.resolve("tiny-a100"), home.resolve("gpt3-xl-a100"));
    PublishedData data = PublishedData.read(home, path -> WATTS);
    EvaluatedWorkload measured = PublishedEvaluation.of(data.jobs().get(0));
    EvaluatedWorkload profiled = emulated(data.profiles().get(0), WATTS).get(0);
    EvaluatedWorkload other = named("my-model", "NVIDIA A40", profiled);
    EvaluatedWorkload bert = named("bert-huge-uncased", "NVIDIA A40", profiled);
    Evaluation evaluation =
        new Evaluation(List.of(other, bert, measured), List.of(), List.of(), List.of());
    List<ReferenceFigures.Reference> references = evaluation.trainedReferences();
    assertThat(references).hasSize(18).noneMatch(reference -> reference.isOf(measured));
    List<List<String>> rows =
        new SavingsRows(false, evaluation.trained(), references).withoutStraggler().rows();
    assertThat(rows).hasSize(18 + measured.policies().size() + 2 * profiled.policies().size());
    assertThat(rows.get(0)).contains("gpt3-xl-a100", Origin.MEASURED.title());
    assertThat(rows.get(rows.size() - 1)).contains("my-model");
    List<String> names = rows.stream().map(row -> row.get(0) + " " + row.get(3)).toList();
    int first = names.indexOf("bert-huge-uncased " + Origin.EMULATED.title());
    assertThat(rows.get(first - 1))
        .startsWith("bert-huge-uncased", "A40", "EnvPipe (published)", "paper", "16.5", "9.7");
    assertThat(names.get(first + profiled.policies().size())).isEqualTo("t5-3b paper");
  }

  private static EvaluatedWorkload named(String model, String gpu, EvaluatedWorkload as) {
    return new EvaluatedWorkload(model, model, gpu, 0, as.policies(), as.baselines(), as.bound());
  }
}
