package perseus.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import perseus.agent.gpu.AgentGpu;
import perseus.agent.gpu.GuardedRecorder;
import perseus.agent.hosts.RoundReport;
import perseus.agent.order.OrderCheck;
import perseus.agent.order.RankOrder;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.agent.wire.RankLink;
import perseus.agent.wire.Report;
import perseus.agent.wire.Report.Piece;
import perseus.agent.wire.ToRecorder;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.record.RankRecorder;
import perseus.wire.HostName;

/**
 * Holds the logs, the order of instructions, the clocks and the measurements of one rank of this
 * host. One thread reads the messages of the rank, and another thread sets the clocks of the job.
 */
final class AgentRank implements SteeredRank {
  private final Hello hello;
  private final RankLink link;
  private final AgentGpu gpu;
  private final AgentClock clock;
  private final Consumer<String> report;
  private GuardedRecorder recorder;
  private final OrderCheck check;
  private final long startNanos = System.nanoTime();
  private volatile long heardNanos = startNanos;
  private volatile boolean gone;
  private String problem;
  private boolean released;
  private int iterations;
  private long instructions;
  private Piece lastPiece;
  private double evaluationEnd = Double.NEGATIVE_INFINITY;
  private double lastEnd = Double.NaN;

  // The fields "clocks" and "round" describe the current frequency schedule.
  private final Map<Piece, Integer> clocks = new HashMap<>();
  private RoundMarks round;
  private boolean steers = true;

  AgentRank(
      Hello hello,
      RankLink link,
      AgentGpu gpu,
      RankRecorder recorder,
      AgentClock clock,
      Consumer<String> report) {
    this.hello = hello;
    this.link = link;
    this.gpu = gpu;
    this.recorder = recorder == null ? null : new GuardedRecorder(recorder);
    this.clock = clock;
    this.report = report;
    this.check = new OrderCheck(hello);
    gpu.record(this.recorder);
  }

  @Override
  public Hello hello() {
    return hello;
  }

  AgentGpu gpu() {
    return gpu;
  }

  @Override
  public String host() {
    return HostName.get();
  }

  @Override
  public String gpuUuid() {
    return gpu.uuid();
  }

  @Override
  public synchronized RankOrder order() {
    return check.order();
  }

  @Override
  public synchronized String problem() {
    if (released) {
      return null;
    }
    if (problem == null && recorder != null) {
      problem = recorder.failure();
    }
    return problem == null ? check.problem() : problem;
  }

  @Override
  public synchronized boolean recordingFailed() {
    return recorder != null && recorder.failure() != null;
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public long heardNanos() {
    return heardNanos;
  }

  @Override
  public boolean gone() {
    return gone;
  }

  void left() {
    gone = true;
  }

  @Override
  public synchronized int iterations() {
    return iterations;
  }

  @Override
  public synchronized long instructions() {
    return instructions;
  }

  @Override
  public synchronized String lastInstruction() {
    return lastPiece == null
        ? null
        : logged(lastPiece) + " of microbatch " + lastPiece.microbatch();
  }

  /**
   * Processes a message of the rank. Returns true if the message reports the end of an iteration or
   * a problem.
   */
  boolean take(Report message) {
    heardNanos = System.nanoTime();
    if (message instanceof Report.Executed executed) {
      return executed(executed);
    } else if (message instanceof Report.Next next) {
      want(next.piece());
    } else if (message instanceof Report.Stretch stretch) {
      AgentGpu.Interval ran =
          gpu.stretched(
              stretch.piece(),
              iterations() + 1,
              new AgentGpu.Interval(stretch.start(), stretch.end()));
      link.send(ToRecorder.stretched(clock.toEpoch(ran.start()), clock.toEpoch(ran.end())));
    } else if (message instanceof Report.IterationEnd end) {
      iterationEnded(end);
      return true;
    } else if (message instanceof Report.Deviated deviated) {
      deviated(deviated.how());
      return true;
    }
    return false;
  }

  private static Instruction logged(Piece piece) {
    return new ChunkInstruction(piece.kind(), piece.chunk()).logged();
  }

  private synchronized void deviated(String how) {
    if (problem == null) {
      problem =
          "Rank %d left its frequency schedule, because %s.%s"
              .formatted(hello.rank(), how, OrderCheck.ADVICE);
    }
  }

  private synchronized boolean executed(Report.Executed executed) {
    instructions++;
    lastPiece = executed.piece();
    boolean known = check.problem() != null;
    check.executed(executed.piece());
    if (executed.piece().kind().equals(Instruction.EVALUATION)) {
      evaluationEnd = Math.max(evaluationEnd, executed.end());
    }
    Instruction logged = logged(executed.piece());
    if (recorder != null) {
      recorder.executed(logged, executed.start(), executed.end());
    }
    if (round != null) {
      round.executed(logged, executed.start(), executed.end(), iterations);
    }
    return !known && check.problem() != null;
  }

  private void want(Piece piece) {
    Integer mhz;
    synchronized (this) {
      mhz = steers ? clocks.get(piece) : null;
    }
    if (mhz != null) {
      steer(() -> gpu.want(mhz));
    }
  }

  /**
   * Runs an action that sets a clock. If the action fails, the agent sets no more clocks for the
   * rank.
   */
  private void steer(Runnable action) {
    try {
      action.run();
    } catch (UserError e) {
      synchronized (this) {
        if (!steers) {
          return;
        }
        steers = false;
      }
      report.accept(
          "perseus-run sets no clocks for rank %d any more. %s"
              .formatted(hello.rank(), e.getMessage()));
    }
  }

  private synchronized void iterationEnded(Report.IterationEnd ended) {
    iterations = ended.iteration();
    if (ended.dropped() > 0 && problem == null) {
      problem =
          "The recorder of rank %d dropped %s, because this host was too busy to read them."
              .formatted(hello.rank(), Named.count(ended.dropped(), "instruction"));
    }
    double previousEnd = lastEnd;
    lastEnd = gpu.iterationEnd(ended.end());
    double start = ended.start(previousEnd, lastEnd);
    check.iterationEnded();
    if (round != null) {
      round.iterationEnded(ended.iteration(), start, lastEnd, evaluationEnd > start, gpu::joulesAt);
    }
  }

  @Override
  public void beginRound(
      boolean warmup, List<Integer> states, int first, int last, boolean reported) {
    List<Piece> pieces = order().pieces();
    synchronized (this) {
      clocks.clear();
      round = new RoundMarks(first, last, order().pipeSchedule(), iterations);
      for (int i = 0; i < pieces.size(); i++) {
        clocks.put(pieces.get(i), states.get(i));
      }
    }
    steer(() -> gpu.beginRound(warmup, states.get(0)));
    link.send(ToRecorder.schedule(order().schedule(states), first, last, reported));
  }

  @Override
  public void release() {
    synchronized (this) {
      clocks.clear();
      round = null;
      released = true;
    }
    link.send(ToRecorder.release());
  }

  @Override
  public RoundReport report() {
    RoundMarks measured;
    synchronized (this) {
      measured = round;
    }
    return measured == null
        ? RoundReport.NOTHING
        : measured.report(hello.rank(), gpu.clocksInForce());
  }

  @Override
  public void discardRecording() {
    endRecording();
  }

  /**
   * Ends the logs of the rank, and returns the object that has written them; null if the logs have
   * already ended.
   */
  synchronized GuardedRecorder endRecording() {
    GuardedRecorder ended = recorder;
    recorder = null;
    gpu.record(null);
    return ended;
  }
}
