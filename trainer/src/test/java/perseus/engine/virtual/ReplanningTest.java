package perseus.engine.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.Measurement;
import perseus.control.Mode;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.client.PlanClient;
import perseus.control.client.RemoteScheduler;
import perseus.control.policy.Schedulers;
import perseus.control.server.PlanServer;
import perseus.control.server.job.ServerSettings;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.gpu.sim.SimulatedGpus;
import perseus.parallel.Degrees;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planfile.PlanDirectory;
import perseus.planfile.PlanFormat;
import perseus.planfile.PlanSummary;
import perseus.planfile.PlannedProblem;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * Tests a job on simulated GPUs. The plans of the job assume a shorter time for one stage than the
 * stage needs.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ReplanningTest {
  private static final int STAGES = 4;
  private static final int MICROBATCHES = 4;
  private static final int SLOW_STAGE = 2;
  private static final double SLOWDOWN = 1.08;
  private static final double TOLERANCE = 0.03;
  private static final double WATTS = 90;

  @TempDir Path directory;

  private TrainingConfig config(String name, int maxSteps, Scheduler.Factory scheduler) {
    TrainingConfig c =
        Trainings.of(
            "gpt3-xl",
            "uniform_transformer",
            new Degrees(STAGES, 1, 1),
            8,
            MICROBATCHES,
            SimulatedGpus.named("sim:a100-sxm,heat=0"),
            Schedules.ONE_FORWARD_ONE_BACKWARD,
            6,
            false,
            directory.resolve(name),
            scheduler,
            directory.resolve(name + "-dump"));
    return new TrainingConfig(
        c.job().onGpus(true),
        c.stages(),
        c.partition(),
        c.nodes(),
        c.gpu(),
        c.trainSchedule(),
        c.numProfSteps(),
        maxSteps,
        c.seed(),
        c.activationCheckpointing(),
        c.exportTimingCsv(),
        c.outputDirectory(),
        c.scheduler(),
        c.dumpDirectory());
  }

  /** Runs some iterations at each clock, and makes a profile from the measurements. */
  private static final class Profiler implements Scheduler {
    private static final List<Integer> CLOCKS = List.of(1410, 1305, 1200, 1095);
    private final List<ProfileRow> rows = new ArrayList<>();
    private final List<RankInfo> ranks;
    private int next;

    Profiler(List<RankInfo> ranks) {
      this.ranks = ranks;
    }

    @Override
    public String name() {
      return "Profiler";
    }

    @Override
    public Map<String, Object> args() {
      return Map.of();
    }

    @Override
    public int rounds() {
      return CLOCKS.size();
    }

    @Override
    public boolean readsBreakdowns() {
      return true;
    }

    @Override
    public Optional<Round> next() {
      return next == CLOCKS.size()
          ? Optional.empty()
          : Optional.of(Round.uniform(next, false, ranks, CLOCKS.get(next++)));
    }

    @Override
    public void observe(Round round, RoundResults results) {
      for (RankResult stage : results.stages()) {
        double forward = last(stage.timeBreakdown().get("forward"));
        double backward = last(stage.timeBreakdown().get("backward"));
        double busy = MICROBATCHES * (forward + backward);
        double seconds = DoubleStream.of(stage.iterTime()).skip(2).average().orElseThrow();
        double joules = DoubleStream.of(stage.iterEnergy()).skip(2).average().orElseThrow();
        double watts = (joules - WATTS * (seconds - busy)) / busy;
        for (Instruction each : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
          double time = each.equals(Instruction.FORWARD) ? forward : backward;
          rows.add(new ProfileRow(stage.rank(), each, round.frequencyMhz(), time, watts * time));
        }
      }
    }

    private static double last(double[][] rows) {
      return DoubleStream.of(rows[rows.length - 1]).average().orElseThrow();
    }
  }

  private StageProfile measure() {
    List<Profiler> profilers = new ArrayList<>();
    VirtualTraining.run(
        config(
            "profiling",
            0,
            (job, ranks) -> {
              profilers.add(new Profiler(ranks));
              return profilers.get(0);
            }),
        TrainingListener.NONE);
    ProfileNotes notes =
        ProfileNotes.none("a test")
            .withBlocking(Collections.nCopies(STAGES, WATTS), Collections.nCopies(STAGES, 1));
    return new StageProfile(profilers.get(0).rows, notes);
  }

  private Path writePlans(StageProfile profile) {
    PlanningProblem problem =
        PlanningProblem.of(profile, Schedules.ONE_FORWARD_ONE_BACKWARD, MICROBATCHES);
    Frontier frontier = Planners.PERSEUS.plan(problem, new PlanRequest(10));
    Path plans = directory.resolve("plans of the job");
    PlanDirectory.write(
        plans,
        frontier,
        PlanSummary.of(frontier, profile, "perseus", List.of(), List.of()),
        PlanFormat.LOWTIME,
        into -> profile.write(into.resolve(PlannedProblem.PROFILE_FILE_NAME)));
    return plans;
  }

  /** Returns the path of a file in the job's state dump. The file may be missing. */
  private Path dumped(String name) throws IOException {
    try (Stream<Path> jobs = Files.list(directory.resolve("dump"))) {
      return jobs.filter(Files::isDirectory).findFirst().orElseThrow().resolve(name);
    }
  }

  private boolean isReplanned() {
    try {
      return Files.exists(dumped("replanned-1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the training. */
  private static final class EnoughRounds extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static JsonNode jobs(PlanServer server) throws IOException {
    try (InputStream in = URI.create(server.uri() + "/jobs").toURL().openStream()) {
      return new ObjectMapper().readTree(in);
    }
  }

  @Test
  void newPlansReachTheJobWhileItTrains() throws Exception {
    StageProfile truth = measure();
    StageProfile before =
        new StageProfile(
            truth.rows().stream()
                .map(
                    row -> row.stage() == SLOW_STAGE ? row.scaled(1 / SLOWDOWN, 1 / SLOWDOWN) : row)
                .toList(),
            truth.notes());
    Map<String, Object> args =
        Map.of("frontier", writePlans(before).toString(), "replan_tolerance", TOLERANCE);
    JsonNode jobs;
    try (PlanServer server =
        PlanServer.start(
            ServerSettings.local(
                Schedulers.choose("Straggler", args, null), 0, directory.resolve("dump")))) {
      TrainingListener waiting =
          new TrainingListener() {
            private int roundsUnderNewPlans;

            @Override
            public void roundFinished(Round round, Measurement measurement) {
              if (isReplanned() && ++roundsUnderNewPlans == 3) {
                throw new EnoughRounds();
              } else if (round.number() > 2 && roundsUnderNewPlans == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
              }
            }
          };
      Scheduler.Factory remote =
          RemoteScheduler.factory(
              new PlanClient(server.uri().toString(), null), Mode.FREQUENCY, false);
      assertThatThrownBy(() -> VirtualTraining.run(config("run", 6 * 10_000, remote), waiting))
          .isInstanceOf(EnoughRounds.class);
      jobs = jobs(server);
    }

    Path replanned = dumped("replanned-1");
    PlannedProblem made = PlannedProblem.read(replanned);
    assertThat(made.catalog().simulated()).isTrue();
    for (ProfileRow row : truth.rows()) {
      ProfileRow found =
          made.profile().options(row.stage(), row.instruction()).stream()
              .filter(each -> each.frequencyMhz() == row.frequencyMhz())
              .findFirst()
              .orElseThrow();
      assertThat(found.timeSeconds() / row.timeSeconds()).isCloseTo(1, within(0.01));
    }
    String events = Files.readString(dumped("replans.json"));
    assertThat(events)
        .contains("backward of stage 2", "\"simulated\" : true")
        .doesNotContain("of stage 0 takes", "of stage 1 takes", "of stage 3 takes");
    assertThat(jobs.path(0).path("last").path("name").asText()).startsWith("replanned-");
  }
}
