package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.Mode;
import perseus.control.NewPlans;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.control.SchedulerChoice;
import perseus.control.server.job.ServerSettings;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.pipeline.Schedules;
import perseus.planfile.PlanCatalog;

/**
 * Tests that the background work of a scheduler ends with its job. Also tests that the scheduler's
 * new plans are written completely into the state dump.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BackgroundWorkTest {
  @TempDir Path directory;

  private final AtomicInteger closed = new AtomicInteger();

  /** Fake scheduler with two rounds, which makes new plans before each round. */
  private final class Working implements Scheduler {
    private final List<RankInfo> ranks;
    private final PlanCatalog catalog;
    private int rounds;

    Working(List<RankInfo> ranks, PlanCatalog catalog) {
      this.ranks = ranks;
      this.catalog = catalog;
    }

    @Override
    public String name() {
      return "Working";
    }

    @Override
    public Map<String, Object> args() {
      return Map.of();
    }

    @Override
    public int rounds() {
      return 2;
    }

    @Override
    public Optional<Round> next() {
      return rounds == 2
          ? Optional.empty()
          : Optional.of(Round.uniform(rounds++, false, ranks, 1410));
    }

    @Override
    public Optional<NewPlans> takeNewPlans() {
      return Optional.of(new NewPlans(rounds, catalog, 1, this::write));
    }

    private void write(Path plans) {
      AtomicFiles.createDirectories(plans);
      AtomicFiles.write(plans.resolve("plans.json"), "{}");
      if (rounds == 2) {
        throw new UserError("The disk is full.");
      }
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private PlanServer start() throws Exception {
    Path plans = SavedFrontier.write(directory);
    PlanCatalog catalog = PlanCatalog.read(plans);
    SchedulerChoice choice =
        new SchedulerChoice(
            "Working",
            Map.of(),
            Mode.FREQUENCY,
            true,
            (job, ranks) -> new Working(ranks, catalog),
            () -> {},
            () -> null,
            SchedulerChoice.scheduled(Schedules.ONE_FORWARD_ONE_BACKWARD, 2));
    return PlanServer.start(ServerSettings.local(choice, 0, directory.resolve("dump")));
  }

  @Test
  void endsWithTheJobAndLeavesNoIncompletePlans() throws Exception {
    try (PlanServer server = start()) {
      Calls calls = new Calls(server);
      String job = calls.registerAll(1, 1, 1);
      for (int round = 1; round <= 2; round++) {
        assertThat(calls.fetch(job, 0).join().status()).isEqualTo(200);
        Calls.awaitDumped(directory.resolve("dump/" + job + "/" + (round - 1) + ".sched.json"));
        assertThat(closed).hasValue(0);
        assertThat(calls.report(job, 0).status()).isEqualTo(200);
      }
      assertThat(calls.fetch(job, 0).join().detail()).contains("profiling-done");
      assertThat(closed).hasPositiveValue();
      Path dump = directory.resolve("dump/" + job);
      assertThat(dump.resolve("replanned-1/plans.json")).exists();
      assertThat(dump.resolve("replanned-2")).doesNotExist();
      try (var files = Files.list(dump)) {
        assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith(".tmp"));
      }
    }
  }

  @Test
  void endsWithTheServer() throws Exception {
    try (PlanServer server = start()) {
      Calls calls = new Calls(server);
      calls.fetch(calls.registerAll(1, 1, 1), 0).join();
      assertThat(closed).hasValue(0);
    }
    assertThat(closed).hasPositiveValue();
  }
}
