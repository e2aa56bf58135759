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
 * Simulates one rank of one pipeline on the virtual clock. The simulation of a rank pauses when the
 * rank must wait for a message that a neighbour has not sent yet.
 *
 * <p>One simulated GPU represents all tensor-parallel GPUs of the rank's stages, because these GPUs
 * synchronize in every layer.
 *
 * <p>A send puts its message on the link (the connection to the neighbour) and does not wait. The
 * link between two ranks transfers one message at a time in each direction. A receive waits until
 * its message has arrived.
 */
final class VirtualStage {
  /** Standard deviation of the simulated time of an instruction, divided by the mean time. */
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

  /** Arrival times of activations in seconds, by stage and microbatch; NaN before they are sent. */
  private final double[][] activationArrival;

  /** Arrival times of gradients in seconds, by stage and microbatch; NaN before they are sent. */
  private final double[][] gradArrival;

  private double linkToNextFree;
  private double linkToPreviousFree;

  private List<Integer> powerStates;
  private int position;
  private long iteration;
  private double stretch;

  /**
   * Describes one stage of the rank.
   *
   * @param costs work of the stage's instructions
   * @param activationBytes number of bytes that the stage sends to the next stage per microbatch; 0
   *     for the last stage
   * @param gradBytes number of bytes that the stage sends to the previous stage per microbatch; 0
   *     for the first stage
   */
  record Chunk(StageCosts costs, double activationBytes, double gradBytes) {}

  /**
   * Creates a rank without neighbours.
   *
   * @param seed seed of the random part of the rank's times
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
   * @param first whether {@code nextRank} is the first rank of the pipeline. Each rank numbers its
   *     stages from 0, and the last rank sends the activations of its stage c to stage c + 1 of the
   *     first rank.
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
   * Prepares the rank for the next iteration.
   *
   * @param clocks GPU clock in MHz for each instruction of the rank's program, in order of
   *     execution
   * @param iterationNumber number of the iteration, counted over the whole run
   * @param slowdown factor by which the time of every instruction is multiplied
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
   * Executes instructions until an instruction must wait for a message, or until all microbatches
   * are finished.
   *
   * @return whether at least one instruction was executed
   */
  boolean advance() {
    int start = position;
    while (!atReduction() && execute(program.actions().get(position))) {
      position++;
    }
    return position > start;
  }

  /**
   * Returns whether the rank has finished all microbatches of the iteration, so that its gradients
   * can be averaged.
   */
  boolean atReduction() {
    return program.actions().get(position).kind() == StageProgram.Kind.REDUCE_TIED_GRADS;
  }

  /**
   * Executes an instruction and returns true; if the instruction must wait for a message that has
   * not been sent, returns false.
   */
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
      case FORWARD_BACKWARD -> compute(Instruction.FORWARD_BACKWARD, piece, costs.backward());
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
    // Each rank numbers its stages from 0. The last rank sends the activations of its own stage c
    // to stage c + 1 of the first rank.
    double[] arrivals = next.activationArrival[piece.chunk() + (nextIsFirst ? 1 : 0)];
    // If the receive of a fused instruction (send and receive) must wait, the fused instruction is
    // executed again later. The test for NaN prevents a second send of the same message.
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
   * Averages the gradients over the pipelines. An averaging of gradients that takes 0 seconds is
   * not logged.
   *
   * @param startSeconds time in seconds on the virtual clock at which all pipelines have finished
   *     the backwards of the rank's stages
   * @param seconds duration of the averaging in seconds
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
   * Runs the optimizer step, which updates the parameters.
   *
   * @param startSeconds time in seconds on the virtual clock at which the norm of the gradients of
   *     all stages is known
   */
  void optimizerStep(double startSeconds) {
    gpu.block(startSeconds);
    gpu.lockClocks(powerStates.get(position));
    for (Chunk chunk : chunks) {
      gpu.run(chunk.costs.optimizerStep(), stretch * jitter());
    }
    log.executed(Instruction.OPTIMIZER_STEP, startSeconds, gpu.nowSeconds());
  }

  /**
   * Returns the random factor of the current instruction's time, which does not depend on the order
   * in which ranks are simulated.
   */
  private double jitter() {
    return 1 + JITTER * Noise.gaussian(seed, iteration, position);
  }
}
