package perseus.engine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.engine.StageCosts;
import perseus.engine.StageProgram;
import perseus.parallel.TensorGroup;
import perseus.parallel.TensorTransport;
import perseus.parallel.TensorTransport.Stream;
import perseus.recording.Instruction;
import perseus.tensor.StageModel;
import perseus.tensor.StageParameter;

/** Runs a rank's instructions on its stage, one iteration after the other. */
final class RankExecutor {
  private final StageProgram program;
  private final StageCosts costs;
  private final RankTensors tensors;
  private final StageModel stage;
  private final TensorTransport transport;
  private final int previous;
  private final int next;
  private final SharedParameters shared;
  private final TensorGroup replicas;
  private final PacedGpu gpu;
  private final Breakdown breakdown;
  private final NDManager manager;
  private final NDArray token;

  // What an instruction leaves for a later one, by microbatch.
  private final Map<Integer, NDList> loaded = new HashMap<>();
  private final Map<Integer, NDList> received = new HashMap<>();
  private final Map<Integer, NDList> computed = new HashMap<>();
  private long firstMicrobatch;

  /**
   * @param previous the rank before in the pipeline
   * @param next the rank after
   * @param replicas the ranks over which gradients are summed
   * @param manager owns what is on its way
   */
  RankExecutor(
      StageProgram program,
      StageCosts costs,
      RankTensors tensors,
      TensorTransport transport,
      int previous,
      int next,
      SharedParameters shared,
      TensorGroup replicas,
      PacedGpu gpu,
      Breakdown breakdown,
      NDManager manager) {
    this.program = program;
    this.costs = costs;
    this.tensors = tensors;
    this.stage = tensors.stage();
    this.transport = transport;
    this.previous = previous;
    this.next = next;
    this.shared = shared;
    this.replicas = replicas;
    this.gpu = gpu;
    this.breakdown = breakdown;
    this.manager = manager;
    this.token = manager.zeros(new Shape(1));
  }

  /**
   * Runs an iteration.
   *
   * @param firstMicrobatch place of its first microbatch in the whole run
   * @param clocks a clock in MHz for each instruction
   */
  void iterate(long firstMicrobatch, List<Integer> clocks) {
    this.firstMicrobatch = firstMicrobatch;
    for (int i = 0; i < program.actions().size(); i++) {
      gpu.lockClocks(clocks.get(i));
      execute(program.actions().get(i));
    }
  }

  private void execute(StageProgram.Action action) {
    int microbatch = action.microbatch();
    long start = System.nanoTime();
    switch (action.kind()) {
      case LOAD -> load(microbatch);
      case FORWARD -> {
        if (stage.loadsData() && !loaded.containsKey(microbatch)) {
          // The stage that embeds a decoder's tokens is neither the first nor the last.
          load(microbatch);
        }
        gpu.compute(Instruction.FORWARD, costs.forward(), () -> forward(microbatch));
      }
      case RECOMPUTATION ->
          gpu.compute(
              Instruction.RECOMPUTATION,
              costs.recomputation(),
              () -> {
                stage.recompute(microbatch);
                stage.synchronize();
              });
      case BACKWARD ->
          gpu.compute(Instruction.BACKWARD, costs.backward(), () -> backward(microbatch));
      case PURE_BACKWARD ->
          gpu.compute(Instruction.BACKWARD, costs.pureBackward(), () -> backward(microbatch));
      case SEND_ACTIVATION -> send(next, Stream.ACTIVATION, microbatch);
      case SEND_GRAD -> send(previous, Stream.GRADIENT, microbatch);
      case RECV_ACTIVATION -> receiveActivation(action.received());
      case RECV_GRAD -> receiveGradient(action.received());
      case SEND_ACTIVATION_RECV_GRAD -> {
        send(next, Stream.ACTIVATION, microbatch);
        receiveGradient(action.received());
      }
      case SEND_GRAD_RECV_ACTIVATION -> {
        send(previous, Stream.GRADIENT, microbatch);
        receiveActivation(action.received());
      }
      case REDUCE_TIED_GRADS -> shared.reduce();
      case REDUCE_GRADS -> reduceGradients();
      case OPTIMIZER_STEP ->
          gpu.compute(
              Instruction.OPTIMIZER_STEP,
              costs.optimizerStep(),
              () -> {
                tensors.update();
                stage.synchronize();
              });
    }
    breakdown.add(action.kind(), System.nanoTime() - start);
  }

  private void load(int microbatch) {
    gpu.wait(
        Instruction.LOAD,
        () ->
            loaded.put(
                microbatch, tensors.data().microbatch(firstMicrobatch + microbatch, manager)));
  }

  private void forward(int microbatch) {
    NDList data = loaded.containsKey(microbatch) ? loaded.remove(microbatch) : new NDList();
    NDList input = received.containsKey(microbatch) ? received.remove(microbatch) : new NDList();
    computed.put(microbatch, stage.forward(microbatch, data, input));
    stage.synchronize();
  }

  private void backward(int microbatch) {
    NDList input = received.containsKey(microbatch) ? received.remove(microbatch) : new NDList();
    computed.put(microbatch, stage.backward(microbatch, input));
    stage.synchronize();
  }

  private void send(int rank, Stream stream, int microbatch) {
    try (NDList tensors = computed.remove(microbatch)) {
      tensors.forEach(tensor -> transport.send(rank, stream, tensor));
    }
  }

  private void receiveActivation(int microbatch) {
    received.put(microbatch, receive(previous, Stream.ACTIVATION, stage.inputShapes()));
  }

  private void receiveGradient(int microbatch) {
    received.put(microbatch, receive(next, Stream.GRADIENT, stage.outputShapes()));
  }

  private NDList receive(int rank, Stream stream, List<Shape> shapes) {
    NDList list = new NDList(shapes.size());
    for (Shape shape : shapes) {
      list.add(transport.receive(rank, stream, shape, manager));
    }
    return list;
  }

  private void reduceGradients() {
    if (replicas.size() == 1) {
      return;
    }
    // The wait for slower replicas is not part of the reduction.
    replicas.sum(token);
    gpu.wait(
        Instruction.REDUCE_GRADS,
        () -> {
          for (StageParameter parameter : stage.parameters()) {
            replicas.sum(parameter.gradient());
          }
        });
  }
}
