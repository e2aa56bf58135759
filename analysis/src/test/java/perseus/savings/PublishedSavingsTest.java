package perseus.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Schedules;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/**
 * Tests that the savings from the published measurements equal the published savings. The
 * measurements are in a directory beside a development checkout.
 */
class PublishedSavingsTest {
  private static final Path DATA =
      Path.of(System.getProperty("perseus.root", "..")).resolve("../shared/data/sosp24");
  private static final double BLOCKING_WATTS = 83.64;
  private static final int[] MICROBATCHES = {12, 24, 48, 96};
  private static final double[] PUBLISHED = {15.20, 14.19, 13.62, 13.32};

  private static Path data(String name) {
    Path path = DATA.resolve(name);
    Assumptions.assumeTrue(
        Files.exists(path), "skipped: the measurements " + path + " are missing");
    return path;
  }

  private static PlanningProblem problem(int microbatches) {
    double[] watts = new double[8];
    Arrays.fill(watts, BLOCKING_WATTS);
    return PlanningProblem.of(
        StageProfile.read(data("emulation/gpt3-175b_a100-sxm_profile.csv")),
        Schedules.ONE_FORWARD_ONE_BACKWARD,
        microbatches,
        watts);
  }

  @Test
  void tablesOfMeasurementsEqualThePublishedTables() {
    Map<String, ServerDump> dumps = new LinkedHashMap<>();
    dumps.put("Perseus", ServerDump.read(data("gpt3-xl-a100/perseus")));
    dumps.put("EnvPipe", ServerDump.read(data("gpt3-xl-a100/envpipe")));
    Workload workload =
        Workloads.measured(
            "gpt3-xl",
            MeasuredBaseline.find(
                    data("gpt3-xl-a100/zeus_global.csv"), List.copyOf(dumps.values()), null)
                .iteration(),
            BLOCKING_WATTS,
            dumps);
    List<Table> tables =
        new SavingsTables(
                List.of(workload), List.of(1.05, 1.1, 1.2, 1.3, 1.4, 1.5), Optional.empty())
            .tables();
    assertThat(tables.get(0).rows())
        .containsExactly(
            List.of("gpt3-xl", "Perseus", "13.2", "0.1", "1.08"),
            List.of("gpt3-xl", "EnvPipe", "8.8", "0.1", "1.00"));
    assertThat(tables.get(1).rows())
        .containsExactly(
            List.of("gpt3-xl", "Perseus", "14.7", "15.9", "15.5", "15.0", "14.6", "14.3"),
            List.of("gpt3-xl", "EnvPipe", "8.7", "8.5", "8.3", "8.1", "7.9", "7.7"));
  }

  @Test
  void publishedFrontiersGiveThePublishedReductions() throws IOException {
    for (int i = 0; i < MICROBATCHES.length; i++) {
      Workload workload = published(MICROBATCHES[i]);
      Policy lowtime = workload.policies().get(0);
      assertThat(100 * workload.reduction(lowtime)).isCloseTo(PUBLISHED[i], within(0.005));
      if (MICROBATCHES[i] == 96) {
        StragglerRule rule = Workload.Origin.PLANNED.publishedRule();
        assertThat(100 * workload.reduction(lowtime, 1.2, rule)).isCloseTo(28.07, within(0.005));
        assertThat(100 * workload.fleetReduction(lowtime, 1.2, rule))
            .isCloseTo(27.01, within(0.005));
      }
    }
  }

  private static Workload published(int microbatches) throws IOException {
    List<Iteration> iterations = new ArrayList<>();
    String file = "emulation/frontier/gpt3-175b_a100-sxm_mb%d.csv".formatted(microbatches);
    for (String line : Files.readAllLines(data(file)).stream().skip(1).toList()) {
      String[] cells = line.split(",");
      iterations.add(new Iteration(Double.parseDouble(cells[0]), Double.parseDouble(cells[1])));
    }
    Policy lowtime = new Policy("lowtime", iterations);
    Plan allMax = Plan.allMax(problem(microbatches));
    return Workloads.planned(
        "published",
        false,
        new Iteration(allMax.timeSeconds(), allMax.energyJoules()),
        lowtime.fastest().timeSeconds(),
        8 * BLOCKING_WATTS,
        16,
        List.of(lowtime));
  }

  @Test
  void plansSaveMoreThanPublishedAndEnvPipeSavesAsPublished() {
    double[] envPipeJoules = {503607.718, 968871.603, 1899399.374, 3760454.915};
    double[] envPipeSeconds = {28.365, 46.712, 83.406, 156.794};
    for (int i = 0; i < MICROBATCHES.length; i++) {
      PlanningProblem problem = problem(MICROBATCHES[i]);
      Map<Planner, Frontier> frontiers = new LinkedHashMap<>();
      for (Planner planner : List.of(Planners.PERSEUS, Planners.ENVPIPE)) {
        frontiers.put(planner, planner.plan(problem, new PlanRequest(10, new double[0])));
      }
      Workload workload = Workloads.planned("ours", false, frontiers, 1);
      assertThat(100 * workload.reduction(workload.policies().get(0))).isGreaterThan(PUBLISHED[i]);
      Plan envPipe = frontiers.get(Planners.ENVPIPE).fastest();
      assertThat(10 * envPipe.timeSeconds()).isCloseTo(envPipeSeconds[i], within(0.0005));
      assertThat(80 * envPipe.energyJoules() / envPipeJoules[i]).isCloseTo(1, within(1e-6));
    }
  }
}
