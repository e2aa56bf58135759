package perseus.rank;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import perseus.control.RankResult;
import perseus.engine.StageProgram;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.JobSpec;
import perseus.job.RankSettings;
import perseus.parallel.Degrees;
import perseus.rank.device.Device;
import perseus.rank.device.Device.Reading;
import perseus.record.RoundBreakdown;
import perseus.tensor.RankModel;
import perseus.wire.ControlLink;

/**
 * Executes on one rank the commands of the coordinator, which controls all ranks from node 0. The
 * rank runs iterations under frequency schedules, and reports the time and energy of each iteration
 * to the coordinator.
 */
final class CommandLoop {
  private final RankSettings settings;
  private final JobSpec job;
  private final ControlLink link;
  private final StageProgram program;
  private final RankExecutor executor;
  private final RankModel model;
  private final Device gpu;
  private final RankLog log;
  private final Breakdown wallClockBreakdown;
  private final RankCheckpoint checkpoint;

  private Command.BeginRound round;

  // The readings of the GPU at the start and at the end of each iteration.
  private final List<Reading> starts = new ArrayList<>();
  private final List<Reading> ends = new ArrayList<>();

  /**
   * Index of the first microbatch of the next iteration, counted from 0 at the first iteration of
   * the training, over all pipelines.
   */
  private long nextMicrobatch;

  private boolean iterating;

  CommandLoop(
      RankSettings settings,
      ControlLink link,
      StageProgram program,
      RankExecutor executor,
      RankModel model,
      Device gpu,
      RankLog log,
      Breakdown wallClockBreakdown,
      RankCheckpoint checkpoint) {
    this.settings = settings;
    this.job = settings.job();
    this.link = link;
    this.program = program;
    this.executor = executor;
    this.model = model;
    this.gpu = gpu;
    this.log = log;
    this.wallClockBreakdown = wallClockBreakdown;
    this.checkpoint = checkpoint;
  }

  /**
   * Executes the commands of the coordinator until the coordinator ends the job.
   *
   * @throws IOException if the connection to the coordinator is lost
   */
  void run() throws IOException {
    while (true) {
      Command command = link.read(Command.class);
      // The coordinator sends the next command when the slowest rank has finished the iteration.
      // The arrival of the next command ends the iteration on every rank.
      endIteration();
      if (command instanceof Command.BeginRound begin) {
        beginRound(begin);
      } else if (command instanceof Command.Iterate) {
        iterate();
      } else if (command instanceof Command.EndRound) {
        endRound();
      } else if (command instanceof Command.ResumeCheckpoint resume) {
        link.send(new Event.Resumed(checkpoint.resume(resume.trainingSteps())));
        nextMicrobatch = resume.nextMicrobatch();
      } else if (command instanceof Command.SaveCheckpoint save) {
        link.send(new Event.Saved(checkpoint.save(save.folder())));
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
    gpu.beginRound(begin.warmup(), begin.hostSlowdown(), begin.powerStates().get(0));
    starts.clear();
    ends.clear();
    log.beginRound(
        new RoundBreakdown(begin.breakdown() ? Integer.MAX_VALUE : 0, program.pipeSchedule()),
        begin.precision());
  }

  private void iterate() throws IOException {
    Degrees degrees = job.parallelism().degrees();
    int microbatches = job.parallelism().numMicrobatches();
    starts.add(gpu.read());
    log.breakdown().nextIteration();
    wallClockBreakdown.nextIteration();
    executor.iterate(
        nextMicrobatch + (long) degrees.dpRank(settings.rank()) * microbatches,
        round.powerStates());
    nextMicrobatch += (long) degrees.dp() * microbatches;
    iterating = true;
    double loss = model.takeLoss() / microbatches;
    boolean last = degrees.ppRank(settings.rank()) == degrees.pp() - 1;
    link.send(
        new Event.Iterated(
            last ? loss : null,
            round.precision() ? log.precision().reportedError() : null,
            executor.scaling()));
  }

  private void endIteration() {
    if (iterating) {
      ends.add(gpu.read());
      iterating = false;
    }
  }

  private void endRound() throws IOException {
    link.send(new Event.Measured(result(), gpu.report()));
    if (settings.local().wallClockBreakdown()) {
      System.out.println(wallClockBreakdown.take());
    }
  }

  private RankResult result() {
    return new RankResult(
        settings.rank(),
        differences(Reading::seconds),
        differences(Reading::joules),
        log.breakdown().seconds(),
        log.breakdown().joules(),
        round.precision() ? log.precision().reportedError() : null);
  }

  private double[] differences(ToDoubleFunction<Reading> quantity) {
    return IntStream.range(0, ends.size())
        .mapToDouble(
            i -> quantity.applyAsDouble(ends.get(i)) - quantity.applyAsDouble(starts.get(i)))
        .toArray();
  }

  private void writeLogs() throws IOException {
    gpu.finishLogs();
    log.publish(Path.of(settings.local().scratch()));
    link.send(new Event.Recorded());
  }
}
