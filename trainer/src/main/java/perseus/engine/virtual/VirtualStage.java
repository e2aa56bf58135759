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
 * Simulates one rank of one pipeline on the virtual clock: runs its program until it must wait for
 * a message that a neighbour has not sent yet.
 *
 * <p>The tensor-parallel GPUs of a stage synchronize in every layer, so that one simulated GPU
 * represents all of them.
 *
 * <p>A send passes its message to the link and does not wait. The link transfers one message at a
 * time in each direction. A receive waits until the message has arrived.
 */
final class VirtualStage {
  /** Relative standard deviation of the time of an instruction. */
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

  // Arrival times in seconds, indexed by chunk and microbatch; NaN until the message is sent.
  private final double[][] activationArrival;
  private final double[][] gradArrival;
  private double linkToNextFree;
  private double linkToPreviousFree;

  private List<Integer> powerStates;
  private int position;
  private long iteration;
  private double stretch;

  /**
   * One of the rank's stages. A rank has several if the schedule is interleaved.
   *
   * @param costs work of the stage's instructions
   * @param activationBytes bytes sent to the next stage per microbatch; 0 for the last stage
   * @param gradBytes bytes sent to the previous stage per microbatch; 0 for the first stage
   */
  record Chunk(StageCosts costs, double activationBytes, double gradBytes) {}

  /**
   * Creates a rank without neighbours.
   *
   * @param chunks the rank's stages
   * @param link the links between the rank's GPU and other GPUs
   * @param nextOnSameHost whether the next rank runs on the same host
   * @param previousOnSameHost whether the previous rank runs on the same host
   * @param seed seed of this rank's jitter
   * @param log receives the executed instructions
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
   * Connects this rank with the rank to which it sends activations.
   *
   * @param first whether that is the pipeline's first rank, which processes them in its next chunk
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
   * Starts an iteration.
   *
   * @param clocks clock in MHz of each of the program's actions
   * @param iterationNumber number of the iteration in the whole run
   * @param slowdown factor on the time of every instruction
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
   * Executes actions until one must wait, or until all microbatches are finished.
   *
   * @return whether at least one action was executed
   */
  boolean advance() {
    int start = position;
    while (!atReduction() && execute(program.actions().get(position))) {
      position++;
    }
    return position > start;
  }

  /** Whether all microbatches are finished, so that gradients can be reduced. */
  boolean atReduction() {
    return program.actions().get(position).kind() == StageProgram.Kind.REDUCE_TIED_GRADS;
  }

  /** Executes an action; returns false if it must wait for a message that has not been sent. */
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
          throw new IllegalStateException("All stages execute " + action.kind() + " together.");
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
    // The last rank sends to the next chunk of the first rank.
    double[] arrivals = next.activationArrival[piece.chunk() + (nextIsFirst ? 1 : 0)];
    // A fused instruction that waits for its receive is executed again, but sends only once.
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
   * Averages the gradients over the pipelines. Nothing is logged if that takes no time.
   *
   * @param startSeconds time at which all members of the group are ready
   * @param seconds duration of the reduction
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

  /**
   * Updates the parameters.
   *
   * @param startSeconds time at which the norm of all gradients is known, which needs every stage
   */
  void optimizerStep(double startSeconds) {
    gpu.block(startSeconds);
    gpu.lockClocks(powerStates.get(position));
    for (Chunk chunk : chunks) {
      gpu.run(chunk.costs.optimizerStep(), stretch * jitter());
    }
    log.executed(Instruction.OPTIMIZER_STEP, startSeconds, gpu.nowSeconds());
  }

  /** Random factor on the time of this action. It does not depend on the order of execution. */
  private double jitter() {
    return 1 + JITTER * Noise.gaussian(seed, iteration, position);
  }
}
