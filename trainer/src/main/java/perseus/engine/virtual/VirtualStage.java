package perseus.engine.virtual;

import java.util.Arrays;
import java.util.List;
import perseus.engine.StageProgram;
import perseus.engine.StageProgram.Piece;
import perseus.gpu.sim.GpuWork;
import perseus.gpu.sim.Interconnect;
import perseus.gpu.sim.SimulatedGpu;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.record.InstructionSink;

/**
 * One rank of one pipeline on the virtual clock: runs its program until it needs something that a
 * neighbour has not sent yet. The tp GPUs of a stage meet in an all-reduce in every layer, so they
 * are one here.
 *
 * <p>A send hands its bytes to the link and goes on; the link carries one message at a time in each
 * direction. A receive blocks until they have arrived.
 */
final class VirtualStage {
  /** Relative standard deviation of an instruction's time. */
  private static final double JITTER = 0.003;

  private final StageProgram program;
  private final List<Chunk> chunks;
  private final SimulatedGpu gpu;
  private final Interconnect link;
  private final boolean nextOnSameHost;
  private final boolean previousOnSameHost;
  private final long seed;
  private final InstructionSink log;

  private VirtualStage next;
  private VirtualStage previous;
  private boolean nextIsFirst;

  // Arrival times by chunk and microbatch; NaN until sent.
  private final double[][] activationArrival;
  private final double[][] gradArrival;
  private double linkToNextFree;
  private double linkToPreviousFree;

  private List<Integer> powerStates;
  private int position;
  private long iteration;
  private double stretch;

  /**
   * One of the rank's stages: it has several where the schedule interleaves.
   *
   * @param activationBytes sent to the next stage per microbatch; 0 for the last
   * @param gradBytes sent to the previous stage per microbatch; 0 for the first
   */
  record Chunk(StageCosts costs, double activationBytes, double gradBytes) {}

  /**
   * @param chunks the rank's stages
   * @param seed of this rank's jitter
   */
  VirtualStage(
      StageProgram program,
      List<Chunk> chunks,
      SimulatedGpu gpu,
      Interconnect link,
      boolean nextOnSameHost,
      boolean previousOnSameHost,
      int microbatches,
      long seed,
      InstructionSink log) {
    this.program = program;
    this.chunks = List.copyOf(chunks);
    this.gpu = gpu;
    this.link = link;
    this.nextOnSameHost = nextOnSameHost;
    this.previousOnSameHost = previousOnSameHost;
    this.activationArrival = new double[chunks.size()][microbatches];
    this.gradArrival = new double[chunks.size()][microbatches];
    this.seed = seed;
    this.log = log;
  }

  /**
   * Names the rank that this one sends activations to.
   *
   * @param first whether that is the pipeline's first, which runs a later stage on them
   */
  void connect(VirtualStage nextRank, boolean first) {
    next = nextRank;
    nextIsFirst = first;
    nextRank.previous = this;
  }

  StageProgram program() {
    return program;
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
    for (double[] arrivals : activationArrival) {
      Arrays.fill(arrivals, Double.NaN);
    }
    for (double[] arrivals : gradArrival) {
      Arrays.fill(arrivals, Double.NaN);
    }
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
    Piece piece = action.piece();
    StageCosts costs = piece == null ? null : chunks.get(piece.chunk()).costs;
    switch (action.kind()) {
      case LOAD -> {
        double start = gpu.nowSeconds();
        gpu.block(start + costs.loadSeconds() * jitter());
        log(Instruction.LOAD, piece, start);
      }
      case FORWARD -> compute(Instruction.FORWARD, piece, costs.forward());
      case BACKWARD -> compute(Instruction.BACKWARD, piece, costs.backward());
      case RECOMPUTATION -> compute(Instruction.RECOMPUTATION, piece, costs.recomputation());
      case PURE_BACKWARD -> compute(Instruction.BACKWARD, piece, costs.pureBackward());
      case SEND_ACTIVATION -> sendActivation(piece);
      case SEND_GRAD -> sendGrad(piece);
      case RECV_ACTIVATION -> {
        return receive(activationArrival, action.received());
      }
      case RECV_GRAD -> {
        return receive(gradArrival, action.received());
      }
      case SEND_ACTIVATION_RECV_GRAD -> {
        sendActivation(piece);
        return receive(gradArrival, action.received());
      }
      case SEND_GRAD_RECV_ACTIVATION -> {
        sendGrad(piece);
        return receive(activationArrival, action.received());
      }
      case REDUCE_TIED_GRADS, REDUCE_GRADS, OPTIMIZER_STEP ->
          throw new IllegalStateException(action.kind() + " concerns all stages.");
    }
    return true;
  }

  private void compute(Instruction instruction, Piece piece, GpuWork work) {
    double start = gpu.nowSeconds();
    gpu.run(work, stretch * jitter());
    log(instruction, piece, start);
  }

  private void log(Instruction instruction, Piece piece, double start) {
    log.executed(
        new ChunkInstruction(instruction, piece.chunk()).logged(), start, gpu.nowSeconds());
  }

  private void sendActivation(Piece piece) {
    // The last rank's goes to the first one's next stage.
    double[] arrivals = next.activationArrival[piece.chunk() + (nextIsFirst ? 1 : 0)];
    // A fused instruction that has to wait for its receive comes here again.
    if (Double.isNaN(arrivals[piece.microbatch()])) {
      double start = Math.max(gpu.nowSeconds(), linkToNextFree);
      linkToNextFree =
          start + transferSeconds(next, chunks.get(piece.chunk()).activationBytes, nextOnSameHost);
      arrivals[piece.microbatch()] = linkToNextFree;
    }
  }

  private void sendGrad(Piece piece) {
    double[] arrivals = previous.gradArrival[piece.chunk() - (previous.nextIsFirst ? 1 : 0)];
    if (Double.isNaN(arrivals[piece.microbatch()])) {
      double start = Math.max(gpu.nowSeconds(), linkToPreviousFree);
      linkToPreviousFree =
          start
              + transferSeconds(previous, chunks.get(piece.chunk()).gradBytes, previousOnSameHost);
      arrivals[piece.microbatch()] = linkToPreviousFree;
    }
  }

  private double transferSeconds(VirtualStage to, double bytes, boolean sameHost) {
    return to == this ? 0 : link.transferSeconds(bytes, sameHost);
  }

  private boolean receive(double[][] arrivals, Piece piece) {
    double arrival = arrivals[piece.chunk()][piece.microbatch()];
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
    for (Chunk chunk : chunks) {
      gpu.run(chunk.costs.optimizerStep(), stretch * jitter());
    }
    log.executed(Instruction.OPTIMIZER_STEP, startSeconds, gpu.nowSeconds());
  }

  /** A factor for this instruction alone: the same whatever ran before and on whichever thread. */
  private double jitter() {
    return 1 + JITTER * Noise.gaussian(seed, iteration, position);
  }
}
