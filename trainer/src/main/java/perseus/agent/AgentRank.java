package perseus.agent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import perseus.agent.gpu.AgentGpu;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.agent.wire.RankLink;
import perseus.agent.wire.Report;
import perseus.agent.wire.Report.Piece;
import perseus.control.FrequencySchedule;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.gpu.ClocksInForce;
import perseus.io.UserError;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.record.RankRecorder;
import perseus.record.RoundBreakdown;

/**
 * Holds what the agent knows about one rank: its recording, the order of its instructions, its
 * present schedule, and its measurements in the present round. The thread that reads the rank's
 * messages and the thread that steers the job use an instance.
 */
final class AgentRank {
  private final Hello hello;
  private final RankLink link;
  private final AgentGpu gpu;
  private final AgentClock clock;
  private final Consumer<String> report;
  private RankRecorder recorder;

  private final List<Piece> present = new ArrayList<>();
  private RankOrder order;
  private int iterations;
  private long instructions;
  private long dropped;
  private double lastEnd = Double.NaN;

  // The next fields describe the present round.
  private final Map<Piece, Integer> clocks = new HashMap<>();
  private final List<Mark> marks = new ArrayList<>();
  private int firstIteration = Integer.MAX_VALUE;
  private int lastIteration;
  private RoundBreakdown breakdown;
  private boolean steers = true;

  /** Holds one iteration of the present round. */
  private record Mark(
      double start, double end, DoubleSupplier startJoules, DoubleSupplier endJoules) {}

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
    this.recorder = recorder;
    this.clock = clock;
    this.report = report;
    gpu.record(recorder);
  }

  Hello hello() {
    return hello;
  }

  AgentGpu gpu() {
    return gpu;
  }

  RankLink link() {
    return link;
  }

  /** Returns the learnt order; null before the first iteration has ended. */
  synchronized RankOrder order() {
    return order;
  }

  /** Returns the number of the last iteration that has ended, from 1; 0 if none has. */
  synchronized int iterations() {
    return iterations;
  }

  /** Returns the number of instructions that the rank has reported. */
  synchronized long instructions() {
    return instructions;
  }

  /** Returns the number of instructions that the recorder had to drop. */
  synchronized long dropped() {
    return dropped;
  }

  /** Takes a message of the rank. Returns whether an iteration has ended. */
  boolean take(Report message) {
    if (message instanceof Report.Executed executed) {
      executed(executed);
    } else if (message instanceof Report.Next next) {
      want(next.piece());
    } else if (message instanceof Report.Stretch stretch) {
      double until = gpu.stretched(logged(stretch.piece()), stretch.start(), stretch.end());
      link.send("{\"until\":%.7f}".formatted(clock.toEpoch(until)));
    } else if (message instanceof Report.IterationEnd end) {
      iterationEnded(end);
      return true;
    }
    return false;
  }

  private static Instruction logged(Piece piece) {
    return new ChunkInstruction(piece.kind(), piece.chunk()).logged();
  }

  private synchronized void executed(Report.Executed executed) {
    instructions++;
    if (order == null) {
      present.add(executed.piece());
    }
    Instruction logged = logged(executed.piece());
    if (recorder != null) {
      recorder.executed(logged, executed.start(), executed.end());
    }
    if (breakdown != null && iterations + 1 >= firstIteration) {
      breakdown.executed(logged, executed.start(), executed.end());
    }
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

  /** Runs an action that sets a clock. After a failure, this rank is not steered any more. */
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
      report.accept("Rank %d is not steered any more. %s".formatted(hello.rank(), e.getMessage()));
    }
  }

  private synchronized void iterationEnded(Report.IterationEnd ended) {
    iterations = ended.iteration();
    dropped = ended.dropped();
    double start = Double.isNaN(ended.start()) ? lastEnd : ended.start();
    lastEnd = ended.end();
    if (order == null && !present.isEmpty()) {
      order = new RankOrder(present);
      present.clear();
    }
    if (iterations >= firstIteration && iterations <= lastIteration) {
      marks.add(new Mark(start, ended.end(), gpu.joulesAt(start), gpu.joulesAt(ended.end())));
    }
    if (breakdown != null && iterations + 1 >= firstIteration) {
      breakdown.nextIteration();
    }
  }

  /** Describes this rank to a scheduler. */
  RankInfo info(List<Integer> powerStates) {
    return new RankInfo(
        hello.rank(),
        hello.dpRank(),
        hello.ppRank(),
        hello.tpRank(),
        order().pipeSchedule(),
        powerStates);
  }

  /**
   * Begins a round, and sends the rank its schedule.
   *
   * @param first number of its first iteration, from 1
   * @param last number of the iteration after which the rank waits for the next schedule; 0 if it
   *     never waits
   * @param reported whether the rank reports its instructions and iterations in this round
   */
  void beginRound(Round round, FrequencySchedule schedule, int first, int last, boolean reported) {
    List<Piece> pieces = order().pieces();
    List<Integer> states = schedule.powerStates();
    StringBuilder json = new StringBuilder("{\"schedule\":[");
    String separator = "";
    synchronized (this) {
      clocks.clear();
      marks.clear();
      firstIteration = first;
      lastIteration = last == 0 ? Integer.MAX_VALUE : last;
      breakdown = last == 0 ? null : new RoundBreakdown(last - first + 1, order.pipeSchedule());
      if (breakdown != null && iterations + 1 >= first) {
        breakdown.nextIteration();
      }
      for (int i = 0; i < pieces.size(); i++) {
        Piece piece = pieces.get(i);
        clocks.put(piece, states.get(i));
        if (RankOrder.pipeInstruction(piece.kind()).isComputation()) {
          json.append(separator)
              .append("[\"")
              .append(piece.kind().name())
              .append("\",")
              .append(states.get(i))
              .append(']');
          separator = ",";
        }
      }
    }
    steer(() -> gpu.beginRound(round.warmup(), states.get(0)));
    json.append("],\"from\":").append(first);
    if (last > 0) {
      json.append(",\"await\":").append(last);
    }
    json.append(",\"record\":").append(reported).append('}');
    link.send(json.toString());
  }

  /** Tells the rank that it is neither steered nor recorded any more. */
  void release() {
    synchronized (this) {
      clocks.clear();
      breakdown = null;
      lastIteration = 0;
    }
    link.send("{\"schedule\":[],\"record\":false}");
  }

  /**
   * Returns the measurements of the present round.
   *
   * @param count number of iterations
   */
  RankResult result(int count) {
    List<Mark> counted;
    RoundBreakdown times;
    synchronized (this) {
      counted = List.copyOf(marks.subList(0, count));
      times = breakdown;
    }
    return new RankResult(
        hello.rank(),
        each(counted, mark -> mark.end() - mark.start()),
        each(counted, mark -> mark.endJoules().getAsDouble() - mark.startJoules().getAsDouble()),
        times == null ? null : times.seconds(),
        times == null ? null : times.joules());
  }

  private static double[] each(List<Mark> marks, ToDoubleFunction<Mark> quantity) {
    return marks.stream().mapToDouble(quantity).toArray();
  }

  /** Returns the number of iterations of the present round that this rank has measured. */
  synchronized int measured() {
    return marks.size();
  }

  ClocksInForce clocksInForce() {
    return gpu.clocksInForce();
  }

  /** Ends the recording of this rank, and returns its recorder. */
  synchronized RankRecorder endRecording() {
    RankRecorder ended = recorder;
    recorder = null;
    gpu.record(null);
    return ended;
  }
}
