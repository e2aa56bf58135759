package perseus.transport;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Sums tensors over a group of ranks (an all-reduce). Examples of groups of ranks are the
 * tensor-parallel ranks that share a layer, and the ranks with the same stage in different
 * pipelines.
 */
public interface TensorGroup {
  /**
   * The constant {@code ALONE} is a group of a single rank. A sum over a group of one rank does not
   * change the tensor.
   */
  TensorGroup ALONE =
      new TensorGroup() {
        @Override
        public int size() {
          return 1;
        }

        @Override
        public int index() {
          return 0;
        }

        @Override
        public void sum(NDArray tensor) {
          // The sum over a single rank is equal to the tensor of this rank.
        }
      };

  /** Returns the number of ranks in the group. */
  int size();

  /** Returns the index of this rank in the group, from 0. */
  int index();

  /**
   * Replaces a tensor by the sum of the tensors of all ranks in the group. The type of the tensor
   * is float32. If {@link #sumsBfloat16} returns true, the type of the tensor may also be bfloat16.
   * The bits of the sum are exactly equal on all ranks of the group. All ranks of the group must
   * call {@code sum} for the same tensors in the same order. A tensor that is summed must have the
   * same shape on all ranks of the group. On a GPU, the method may return before the sum is done;
   * see {@link TensorTransport#awaitSums}.
   *
   * @throws PeerLostException if the connection to another rank of the group is lost
   */
  void sum(NDArray tensor);

  /**
   * Returns whether {@link #sum} also accepts bfloat16 tensors. In a sum of bfloat16 tensors, the
   * result of each addition is rounded to bfloat16.
   */
  default boolean sumsBfloat16() {
    return false;
  }

  /** Does the same as {@link #sum} for each of the given tensors, possibly faster. */
  default void sumAll(List<NDArray> tensors) {
    tensors.forEach(this::sum);
  }

  /**
   * Returns whether the sums that {@link #start} has started can run at the same time as
   * computations of this rank.
   */
  default boolean overlaps() {
    return false;
  }

  /**
   * Starts to replace each tensor by the sum of the tensors of all ranks in the group, and returns
   * before the sums are done. The sums start when the earlier computations of this rank are done.
   * The sums may run at the same time as later computations of this rank. Between the calls of
   * {@code start} and {@link #join}, no other code may read or change the tensors. All ranks of the
   * group must call {@code start} and {@link #sumAll} in the same order.
   *
   * @param tensors tensors that are contiguous in memory
   */
  default void start(List<NDArray> tensors) {
    sumAll(tensors);
  }

  /**
   * Makes the later computations of this rank wait for the sums that {@link #start} has started.
   * Without a call of {@code join}, {@link TensorTransport#awaitSums} does not wait for sums of
   * {@link #start}.
   */
  default void join() {}
}
