package perseus.transport.nccl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import perseus.io.UserError;
import perseus.transport.TensorGroup;

/**
 * Sums tensors over a group of ranks. The sums are operations of the compute stream, so later
 * computations can use the sums without a wait of the host. All members get the same bits, because
 * NCCL computes each element of a sum on one GPU and copies it to the others.
 */
final class NcclGroup implements TensorGroup {
  private static final NDIndex WHOLE = new NDIndex("...");

  private final Nccl nccl;
  private final Health health;
  private final Communicator communicator;
  private final PendingWork pending;
  private final SumLedger ledger;
  private final int size;
  private final int index;

  /**
   * @param pending the sums of all groups of this rank
   */
  NcclGroup(
      Nccl nccl,
      Health health,
      Communicator communicator,
      PendingWork pending,
      SumLedger ledger,
      int size,
      int index) {
    this.nccl = nccl;
    this.health = health;
    this.communicator = communicator;
    this.pending = pending;
    this.ledger = ledger;
    this.size = size;
    this.index = index;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public void sum(NDArray tensor) {
    sumAll(List.of(tensor));
  }

  @Override
  public void sumAll(List<NDArray> tensors) {
    health.check();
    // A flat tensor is contiguous in memory. It shares the memory of the given tensor if that
    // tensor is contiguous. Otherwise it is a copy.
    List<NDArray> flat = new ArrayList<>(tensors.size());
    List<TensorMemory> memories = new ArrayList<>(tensors.size());
    for (NDArray tensor : tensors) {
      flat.add(tensor.reshape(-1));
      TensorMemory memory = TensorMemory.of(flat.get(flat.size() - 1));
      if (memory.count() > 0) {
        memories.add(memory);
        ledger.add(memory);
      }
    }
    if (!memories.isEmpty()) {
      communicator.submit("ncclAllReduce", handle -> start(memories, handle));
      pending.add(
          "the sum of %d tensors over the ranks %s"
              .formatted(memories.size(), communicator.ranks()),
          null);
    }
    if (!tensors.get(0).getDevice().isGpu()) {
      // On the host, PyTorch has no stream that would wait for the sums.
      health.await(pending::isDone);
    }
    for (int i = 0; i < flat.size(); i++) {
      copyBack(flat.get(i), tensors.get(i));
      flat.get(i).close();
    }
  }

  private int start(List<TensorMemory> memories, Pointer communicator) {
    int result = nccl.groupStart();
    for (TensorMemory memory : memories) {
      if (result == Nccl.SUCCESS) {
        result =
            nccl.sum(
                memory.address(), memory.count(), memory.type(), communicator, pending.stream());
      }
    }
    int end = nccl.groupEnd();
    return result == Nccl.SUCCESS ? end : result;
  }

  private static void copyBack(NDArray flat, NDArray tensor) {
    if (!Objects.equals(TensorMemory.of(flat).address(), TensorMemory.of(tensor).address())) {
      try (NDArray summed = flat.reshape(tensor.getShape())) {
        tensor.set(WHOLE, summed);
      }
    }
  }

  /**
   * Sums known numbers. This makes NCCL connect the GPUs now, and not during the training.
   *
   * @throws UserError if the sum is wrong
   */
  void test(NDManager manager) {
    try (NDArray ones = manager.ones(new Shape(size))) {
      sum(ones);
      health.await(pending::isDone);
      health.await(ledger::exchange);
      for (float sum : ones.toFloatArray()) {
        if (sum != size) {
          throw new UserError(
              "NCCL computes a wrong sum: each of the ranks %s added 1, and the sum is %s. Check the connections of the GPUs, or use --transport tcp."
                  .formatted(communicator.ranks(), sum));
        }
      }
    }
  }

  /**
   * Compares the sizes of the sums with the sizes of another member; see {@link
   * SumLedger#exchange}.
   */
  boolean exchangeSizes() {
    return ledger.exchange();
  }
}
