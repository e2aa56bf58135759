package perseus.transport.nccl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Objects;
import perseus.io.UserError;
import perseus.transport.TensorGroup;

/**
 * Sums tensors over a group of ranks. Sums of {@link #sum} are operations of the compute stream
 * (the CUDA stream on which PyTorch computes). Later computations can use the result of {@link
 * #sum}, and the host need not wait for the result. Sums of {@link #start} are operations of
 * another CUDA stream, and can run at the same time as later computations. NCCL computes each
 * element of a sum on one GPU and copies it to the other GPUs. All members of the group get the
 * same bits of a sum.
 */
final class NcclGroup implements TensorGroup {
  private static final NDIndex WHOLE = new NDIndex("...");

  private final Nccl nccl;
  private final Health health;
  private final Communicator communicator;
  private final PendingWork pending;
  private final PendingWork started;
  private final SumLedger ledger;
  private final int size;
  private final int index;
  private boolean joined = true;

  /**
   * @param pending the unfinished sums of all groups of this rank in the compute stream
   * @param started the unfinished sums of {@link #start}, in a CUDA stream that only this group
   *     uses
   */
  NcclGroup(
      Nccl nccl,
      Health health,
      Communicator communicator,
      PendingWork pending,
      PendingWork started,
      SumLedger ledger,
      int size,
      int index) {
    this.nccl = nccl;
    this.health = health;
    this.communicator = communicator;
    this.pending = pending;
    this.started = started;
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
  public boolean sumsBfloat16() {
    return true;
  }

  @Override
  public void sum(NDArray tensor) {
    sumAll(List.of(tensor));
  }

  @Override
  public void sumAll(List<NDArray> tensors) {
    // The new sums wait for the started sums, which are in another CUDA stream. So all ranks
    // execute the sums of both streams in the same order.
    join();
    health.check();
    // A flat (one-dimensional) tensor is contiguous in memory. The flat (one-dimensional) tensor
    // shares the memory of the given tensor if that tensor is contiguous, and otherwise is a copy.
    List<NDArray> flat = tensors.stream().map(tensor -> tensor.reshape(-1)).toList();
    List<TensorMemory> memories = flat.stream().map(TensorMemory::of).toList();
    submit(memories, pending);
    if (!tensors.get(0).getDevice().isGpu()) {
      // PyTorch's operations on tensors in the host's memory are not in a stream. If the tensors
      // are in the host's memory, this thread waits for their sums.
      health.await(pending::isDone);
    }
    for (int i = 0; i < flat.size(); i++) {
      NDArray tensor = tensors.get(i);
      if (!Objects.equals(memories.get(i).address(), TensorMemory.address(tensor))) {
        try (NDArray summed = flat.get(i).reshape(tensor.getShape())) {
          tensor.set(WHOLE, summed);
        }
      }
      flat.get(i).close();
    }
  }

  @Override
  public boolean overlaps() {
    return true;
  }

  @Override
  public void start(List<NDArray> tensors) {
    health.check();
    started.await(Cuda.COMPUTE);
    submit(tensors.stream().map(TensorMemory::of).toList(), started);
    joined = false;
  }

  @Override
  public void join() {
    if (joined) {
      return;
    }
    pending.await(started.stream());
    pending.add("the sum of the started tensors over the ranks " + communicator.ranks(), null);
    if (nccl.isOnHostMemory()) {
      health.await(pending::isDone);
    }
    joined = true;
  }

  private void submit(List<TensorMemory> tensors, PendingWork work) {
    List<TensorMemory> summed = tensors.stream().filter(tensor -> tensor.count() > 0).toList();
    if (!summed.isEmpty()) {
      summed.forEach(ledger::add);
      communicator.submit("ncclAllReduce", handle -> start(summed, handle, work.stream()));
      work.add(
          "the sum of %d tensors over the ranks %s".formatted(summed.size(), communicator.ranks()),
          null);
    }
  }

  private int start(List<TensorMemory> tensors, Pointer communicator, Pointer stream) {
    if (tensors.size() == 1) {
      return start(tensors.get(0), communicator, stream);
    }
    int result = nccl.groupStart();
    for (TensorMemory tensor : tensors) {
      if (result == Nccl.SUCCESS) {
        result = start(tensor, communicator, stream);
      }
    }
    int end = nccl.groupEnd();
    return result == Nccl.SUCCESS ? end : result;
  }

  private int start(TensorMemory tensor, Pointer communicator, Pointer stream) {
    return nccl.sum(tensor.address(), tensor.count(), tensor.type(), communicator, stream);
  }

  /**
   * Sums known numbers over the group. The test makes NCCL connect the GPUs of the group before the
   * training starts.
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
   * Checks that this rank and the previous member of the group sum tensors of the same sizes and
   * types; see {@link SumLedger#exchange}.
   */
  boolean exchangeSizes() {
    return ledger.exchange();
  }
}
