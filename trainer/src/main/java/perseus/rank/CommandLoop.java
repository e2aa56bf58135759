package perseus.rank;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.control.RankResult;
import perseus.engine.StageProgram;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.JobSpec;
import perseus.job.RankSettings;
import perseus.parallel.Degrees;
import perseus.rank.device.PacedDevice;
import perseus.rank.device.WallClock;
import perseus.record.RoundBreakdown;
import perseus.tensor.RankModel;
import perseus.wire.ControlLink;

/**
 * Executes on one rank the commands of the coordinator, which controls all ranks from node 0. The
 * rank runs iterations under frequency schedules, and reports the time and energy of each iteration
 * to the coordinator.
 */
final class CommandLoop {
  /**
   * The rank waits for {@code MARGIN_SECONDS} seconds before the first iteration and after the last
   * iteration. The energy counter lags: it shows energy some milliseconds after the GPU has used
   * it. Because the rank waits before and after the iterations, the energy log contains the whole
   * energy of the first and the last iteration.
   */
  static final double MARGIN_SECONDS = 0.5;

  private final RankSettings settings;
  private final JobSpec job;
  private final ControlLink link;
  private final StageProgram program;
  private final RankExecutor executor;
  private final RankModel model;
  private final PacedDevice gpu;
  private final WallClock clock;
  private final RankLog log;
  private final Breakdown wallClockBreakdown;

  // The next three fields describe the current round (the iterations under one frequency schedule).
  // The first of the three fields holds the command that began the round. The other two of the
  // three fields hold the time in seconds and the energy in joules of each iteration of the round.
  private Command.BeginRound round;
  private final List<Double> seconds = new ArrayList<>();
  private final List<Double> joules = new ArrayList<>();

  // The next four fields describe the iteration that the rank is running. Iterations are numbered
  // from 0 over the whole run.
  private long iteration;
  private boolean iterating;
  private double startSeconds;
  private double startJoules;

  CommandLoop(
      RankSettings settings,
      ControlLink link,
      StageProgram program,
      RankExecutor executor,
      RankModel model,
      PacedDevice gpu,
      WallClock clock,
      RankLog log,
      Breakdown wallClockBreakdown) {
    this.settings = settings;
    this.job = settings.job();
    this.link = link;
    this.program = program;
    this.executor = executor;
    this.model = model;
    this.gpu = gpu;
    this.clock = clock;
    this.log = log;
    this.wallClockBreakdown = wallClockBreakdown;
  }

  /**
   * Executes the commands of the coordinator until the coordinator ends the job.
   *
   * @throws IOException if the connection to the coordinator is lost
   */
  void run() throws IOException {
    while (true) {
      Command command = link.read(Command.class);
      // After an iteration, the coordinator sends the next command only when the slowest rank has
      // finished the iteration. On every rank, an iteration ends when the next command of the
      // coordinator arrives.
      endIteration();
      if (command instanceof Command.BeginRound begin) {
        beginRound(begin);
      } else if (command instanceof Command.Iterate) {
        iterate();
      } else if (command instanceof Command.EndRound) {
        endRound();
      } else if (command instanceof Command.WriteLogs) {
        writeLogs();
      } else if (command instanceof Command.End) {
        return;
      } else {
        throw unexpected(command);
      }
    }
  }

  /** Returns the exception that a rank throws if it receives a command that it does not expect. */
  static IllegalStateException unexpected(Command command) {
    return new IllegalStateException("Unexpected command " + command + ".");
  }

  private void beginRound(Command.BeginRound begin) {
    round = begin;
    gpu.beginRound(begin.warmup(), begin.hostSlowdown());
    seconds.clear();
    joules.clear();
    log.beginRound(
        new RoundBreakdown(begin.breakdown() ? begin.iterations() : 0, program.pipeSchedule()));
  }

  private void iterate() throws IOException {
    Degrees degrees = job.parallelism().degrees();
    int microbatches = job.parallelism().numMicrobatches();
    gpu.idleUntilNow();
    startSeconds = gpu.nowSeconds();
    startJoules = gpu.energyJoules();
    log.breakdown().nextIteration();
    wallClockBreakdown.nextIteration();
    executor.iterate(
        (iteration * degrees.dp() + degrees.dpRank(settings.rank())) * microbatches,
        round.powerStates());
    iteration++;
    iterating = true;
    double loss = model.takeLoss() / microbatches;
    boolean last = degrees.ppRank(settings.rank()) == degrees.pp() - 1;
    link.send(new Event.Iterated(last ? loss : null));
  }

  private void endIteration() {
    if (iterating) {
      gpu.idleUntilNow();
      seconds.add(gpu.nowSeconds() - startSeconds);
      joules.add(gpu.energyJoules() - startJoules);
      iterating = false;
    }
  }

  private void endRound() throws IOException {
    link.send(new Event.Measured(result(), gpu.neededSlowdown(), gpu.lateness()));
    if (settings.local().wallClockBreakdown()) {
      System.out.println(wallClockBreakdown.take());
    }
  }

  private RankResult result() {
    return new RankResult(
        settings.rank(),
        seconds.stream().mapToDouble(Double::doubleValue).toArray(),
        joules.stream().mapToDouble(Double::doubleValue).toArray(),
        log.breakdown().seconds(),
        log.breakdown().joules());
  }

  private void writeLogs() throws IOException {
    clock.sleepUntil(clock.seconds() + MARGIN_SECONDS);
    gpu.idleUntilNow();
    log.publish(Path.of(settings.local().scratch()));
    link.send(new Event.Recorded());
  }
}
