package perseus.rank;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.engine.StageProgram;
import perseus.engine.StageProgram.Piece;
import perseus.job.Event;
import perseus.pipeline.Instruction;
import perseus.rank.device.Device;
import perseus.tensor.LossScaler;
import perseus.tensor.StageModel;
import perseus.transport.TensorTransport.Stream;

/**
 * Executes the instructions of a rank (such as forwards, backwards and sends) on the rank's stages,
 * with real tensors.
 */
final class RankExecutor {
  private final StageProgram program;
  private final RankTensors tensors;
  private final List<StageModel> chunks;
  private final PipelineLinks links;
  private final SharedParameters shared;
  private final GradientSums gradientSums;
  private final Runnable awaitSums;
  private final OverflowVote vote;
  private final Device gpu;
  private final Breakdown breakdown;
  private final NDManager manager;

  // The next three maps hold tensors that one instruction produces and a later instruction uses.
  // Each key consists of the stage and the microbatch to which the tensors belong.
  private final Map<Piece, NDList> loaded = new HashMap<>();
  private final Map<Piece, NDList> received = new HashMap<>();
  private final Map<Piece, NDList> computed = new HashMap<>();
  private long firstMicrobatch;
  private boolean skipped;

  /**
   * @param gradientSums object that sums the gradients over the pipelines
   * @param awaitSums action that waits until all sums of this rank are done, and checks them; see
   *     {@link perseus.transport.TensorTransport#awaitSums}
   * @param vote object that finds out whether gradients have overflowed on any rank; null if the
   *     loss is not scaled
   * @param breakdown object that receives the wall-clock time of each instruction
   * @param manager the DJL object that owns the loaded training data and frees their memory
   */
  RankExecutor(
      StageProgram program,
      RankTensors tensors,
      PipelineLinks links,
      SharedParameters shared,
      GradientSums gradientSums,
      Runnable awaitSums,
      OverflowVote vote,
      Device gpu,
      Breakdown breakdown,
      NDManager manager) {
    this.program = program;
    this.tensors = tensors;
    this.chunks = tensors.model().chunks();
    this.links = links;
    this.shared = shared;
    this.gradientSums = gradientSums;
    this.awaitSums = awaitSums;
    this.vote = vote;
    this.gpu = gpu;
    this.breakdown = breakdown;
    this.manager = manager;
  }

  /**
   * Returns whether sums of gradients over the pipelines can run during the last backwards of an
   * iteration.
   */
  boolean overlapsGradReduce() {
    return gradientSums.overlaps();
  }

  /**
   * Runs one iteration.
   *
   * @param firstMicrobatch number of the iteration's first microbatch, counted from 0 over the
   *     whole training
   * @param clocks the GPU clock in MHz for each instruction of an iteration, in order of execution
   */
  void iterate(long firstMicrobatch, List<Integer> clocks) {
    this.firstMicrobatch = firstMicrobatch;
    for (int i = 0; i < program.actions().size(); i++) {
      gpu.wantClockMhz(clocks.get(i));
      execute(program.actions().get(i));
    }
  }

  private void execute(StageProgram.Action action) {
    Piece piece = action.piece();
    long start = System.nanoTime();
    switch (action.kind()) {
      case LOAD -> load(piece);
      case FORWARD -> {
        if (chunks.get(piece.chunk()).loadsData() && !loaded.containsKey(piece)) {
          // A stage in the middle of the pipeline needs tokens only if the model's decoder starts
          // there. The load happens here, because pipeline schedules have no instruction that loads
          // data in middle stages.
          load(piece);
        }
        compute(action, () -> forward(piece));
      }
      case RECOMPUTATION ->
          compute(action, () -> chunks.get(piece.chunk()).recompute(piece.microbatch()));
      case BACKWARD, FORWARD_BACKWARD, PURE_BACKWARD -> compute(action, () -> backward(piece));
      case SEND_ACTIVATION -> links.send(Stream.ACTIVATION, computed.remove(piece));
      case SEND_GRAD -> links.send(Stream.GRADIENT, computed.remove(piece));
      case RECV_ACTIVATION -> receiveActivation(action.received());
      case RECV_GRAD -> receiveGradient(action.received());
      case SEND_ACTIVATION_RECV_GRAD -> {
        links.send(Stream.ACTIVATION, computed.remove(piece));
        receiveGradient(action.received());
      }
      case SEND_GRAD_RECV_ACTIVATION -> {
        links.send(Stream.GRADIENT, computed.remove(piece));
        receiveActivation(action.received());
      }
      case REDUCE_TIED_GRADS -> {
        shared.reduce();
        awaitSums.run();
      }
      case REDUCE_GRADS -> reduceGradients();
      case OPTIMIZER_STEP -> optimize(action);
    }
    breakdown.add(action.kind(), System.nanoTime() - start);
  }

  private void compute(StageProgram.Action action, Runnable computation) {
    gpu.compute(
        action,
        () -> {
          computation.run();
          tensors.model().synchronize();
        });
  }

  /**
   * Runs the optimizer step, or skips it if a gradient of any rank has overflowed. The time in
   * which this rank waits for other ranks is not part of the logged time of the optimizer step.
   */
  private void optimize(StageProgram.Action action) {
    LossScaler scaler = tensors.lossScaler();
    skipped = scaler != null && vote.isAnySet(scaler.unscale());
    compute(action, skipped ? scaler::clearGradients : tensors::update);
    if (scaler != null) {
      scaler.stepFinished(skipped);
    }
  }

  /**
   * Returns the loss scaling of the last iteration: whether the optimizer step was skipped, and the
   * next loss scale. Returns null if the loss is not scaled.
   */
  Event.LossScaling scaling() {
    LossScaler scaler = tensors.lossScaler();
    return scaler == null ? null : new Event.LossScaling(skipped, scaler.state().scale());
  }

  private void load(Piece piece) {
    gpu.idle(
        Instruction.LOAD,
        () ->
            loaded.put(
                piece, tensors.data().microbatch(firstMicrobatch + piece.microbatch(), manager)));
  }

  private void forward(Piece piece) {
    NDList data = take(loaded, piece);
    NDList input = take(received, piece);
    computed.put(piece, chunks.get(piece.chunk()).forward(piece.microbatch(), data, input));
  }

  private void backward(Piece piece) {
    NDList input = take(received, piece);
    StageModel chunk = chunks.get(piece.chunk());
    computed.put(
        piece,
        chunk.backward(piece.microbatch(), input, layer -> gradientSums.afterLayer(piece, layer)));
  }

  /**
   * Removes and returns the tensors that an earlier instruction has stored for a stage and a
   * microbatch. If no tensors are stored for the stage and the microbatch, the method returns an
   * empty list.
   */
  private static NDList take(Map<Piece, NDList> left, Piece piece) {
    return left.containsKey(piece) ? left.remove(piece) : new NDList();
  }

  private void receiveActivation(Piece piece) {
    StageModel chunk = chunks.get(piece.chunk());
    received.put(
        piece, links.receive(Stream.ACTIVATION, chunk.inputShapes(), chunk.exchangedType()));
  }

  private void receiveGradient(Piece piece) {
    StageModel chunk = chunks.get(piece.chunk());
    received.put(
        piece, links.receive(Stream.GRADIENT, chunk.outputShapes(), chunk.exchangedType()));
  }

  private void reduceGradients() {
    if (gradientSums.isAlone()) {
      return;
    }
    // This rank first waits for the ranks with the same stages. The wait is not part of the logged
    // time of the gradient reduction.
    gradientSums.meetReplicas();
    awaitSums.run();
    gpu.idle(
        Instruction.REDUCE_GRADS,
        () -> {
          gradientSums.finish();
          awaitSums.run();
        });
  }
}
