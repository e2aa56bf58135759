package perseus.engine;

import java.util.Arrays;
import java.util.List;
import perseus.gpu.GpuWork;
import perseus.gpu.Interconnect;
import perseus.gpu.SimulatedGpu;
import perseus.recording.Instruction;

/**
 * One stage of one pipeline on the virtual clock: runs its program until it needs something that a
 * neighbour has not sent yet. The tp GPUs of a stage meet in an all-reduce in every layer, so they
 * are one here.
 *
 * <p>A send hands its bytes to the link and goes on; the link carries one message at a time in each
 * direction. A receive blocks until they have arrived.
 */
final class StageExecutor {
  /** Relative standard deviation of an instruction's time. */
  private static final double JITTER = 0.003;

  private final StageProgram program;
  private final StageCosts costs;
  private final SimulatedGpu gpu;
  private final Interconnect link;
  private final double activationBytes;
  private final double gradBytes;
  private final boolean nextOnSameHost;
  private final boolean previousOnSameHost;
  private final long seed;
  private final InstructionSink log;

  private StageExecutor next;
  private StageExecutor previous;

  // Arrival times by microbatch; NaN until sent.
  private final double[] activationArrival;
  private final double[] gradArrival;
  private double linkToNextFree;
  private double linkToPreviousFree;

  private List<Integer> powerStates;
  private int position;
  private long iteration;
  private double stretch;

  /**
   * @param activationBytes sent to the next stage per microbatch; 0 for the last
   * @param gradBytes sent to the previous stage per microbatch; 0 for the first
   * @param seed of this stage's jitter
   */
  StageExecutor(
      StageProgram program,
      StageCosts costs,
      SimulatedGpu gpu,
      Interconnect link,
      double activationBytes,
      double gradBytes,
      boolean nextOnSameHost,
      boolean previousOnSameHost,
      int microbatches,
      long seed,
      InstructionSink log) {
    this.program = program;
    this.costs = costs;
    this.gpu = gpu;
    this.link = link;
    this.activationBytes = activationBytes;
    this.gradBytes = gradBytes;
    this.nextOnSameHost = nextOnSameHost;
    this.previousOnSameHost = previousOnSameHost;
    this.activationArrival = new double[microbatches];
    this.gradArrival = new double[microbatches];
    this.seed = seed;
    this.log = log;
  }

  /** Names the stage that this one sends activations to. */
  void connect(StageExecutor nextStage) {
    next = nextStage;
    nextStage.previous = this;
  }

  SimulatedGpu gpu() {
    return gpu;
  }

  /**
   * @param clocks a clock for each of the program's actions
   * @param iterationNumber over the whole run
   * @param slowdown factor on every instruction's time
   */
  void begin(List<Integer> clocks, long iterationNumber, double slowdown) {
    powerStates = clocks;
    iteration = iterationNumber;
    stretch = slowdown;
    position = 0;
    Arrays.fill(activationArrival, Double.NaN);
    Arrays.fill(gradArrival, Double.NaN);
  }

  /**
   * Runs as far as it gets.
   *
   * @return whether it got anywhere
   */
  boolean advance() {
    int start = position;
    while (!atReduction() && execute(program.actions().get(position))) {
      position++;
    }
    return position > start;
  }

  /** Whether all microbatches are done and only the end of the iteration is left. */
  boolean atReduction() {
    return program.actions().get(position).kind() == StageProgram.Kind.REDUCE_TIED_GRADS;
  }

  private boolean execute(StageProgram.Action action) {
    gpu.lockClocks(powerStates.get(position));
    switch (action.kind()) {
      case LOAD -> {
        double start = gpu.nowSeconds();
        gpu.block(start + costs.loadSeconds() * jitter());
        log.executed(Instruction.LOAD, start, gpu.nowSeconds());
      }
      case FORWARD -> compute(Instruction.FORWARD, costs.forward());
      case BACKWARD -> compute(Instruction.BACKWARD, costs.backward());
      case RECOMPUTATION -> compute(Instruction.RECOMPUTATION, costs.recomputation());
      case PURE_BACKWARD -> compute(Instruction.BACKWARD, costs.pureBackward());
      case SEND_ACTIVATION -> sendActivation(action.microbatch());
      case SEND_GRAD -> sendGrad(action.microbatch());
      case RECV_ACTIVATION -> {
        return receive(activationArrival[action.received()]);
      }
      case RECV_GRAD -> {
        return receive(gradArrival[action.received()]);
      }
      case SEND_ACTIVATION_RECV_GRAD -> {
        sendActivation(action.microbatch());
        return receive(gradArrival[action.received()]);
      }
      case SEND_GRAD_RECV_ACTIVATION -> {
        sendGrad(action.microbatch());
        return receive(activationArrival[action.received()]);
      }
      case REDUCE_TIED_GRADS, REDUCE_GRADS, OPTIMIZER_STEP ->
          throw new IllegalStateException(action.kind() + " concerns all stages.");
    }
    return true;
  }

  private void compute(Instruction instruction, GpuWork work) {
    double start = gpu.nowSeconds();
    gpu.run(work, stretch * jitter());
    log.executed(instruction, start, gpu.nowSeconds());
  }

  private void sendActivation(int microbatch) {
    // A fused instruction that has to wait for its receive comes here again.
    if (Double.isNaN(next.activationArrival[microbatch])) {
      double start = Math.max(gpu.nowSeconds(), linkToNextFree);
      linkToNextFree = start + link.transferSeconds(activationBytes, nextOnSameHost);
      next.activationArrival[microbatch] = linkToNextFree;
    }
  }

  private void sendGrad(int microbatch) {
    if (Double.isNaN(previous.gradArrival[microbatch])) {
      double start = Math.max(gpu.nowSeconds(), linkToPreviousFree);
      linkToPreviousFree = start + link.transferSeconds(gradBytes, previousOnSameHost);
      previous.gradArrival[microbatch] = linkToPreviousFree;
    }
  }

  private boolean receive(double arrival) {
    if (Double.isNaN(arrival)) {
      return false;
    }
    gpu.block(arrival);
    return true;
  }

  /**
   * Waits for the group, then averages gradients for {@code seconds}; records it if it takes any.
   */
  void reduceGrads(double startSeconds, double seconds) {
    position++;
    gpu.lockClocks(powerStates.get(position));
    if (seconds > 0) {
      gpu.block(startSeconds);
      gpu.block(startSeconds + seconds);
      log.executed(Instruction.REDUCE_GRADS, startSeconds, gpu.nowSeconds());
    }
    position++;
  }

  /** Waits for the norm of all gradients, which needs every stage, then updates the parameters. */
  void optimizerStep(double startSeconds) {
    gpu.block(startSeconds);
    gpu.lockClocks(powerStates.get(position));
    gpu.run(costs.optimizerStep(), stretch * jitter());
    log.executed(Instruction.OPTIMIZER_STEP, startSeconds, gpu.nowSeconds());
  }

  /** A factor for this instruction alone: the same whatever ran before and on whichever thread. */
  private double jitter() {
    return 1 + JITTER * Noise.gaussian(seed, iteration, position);
  }
}
