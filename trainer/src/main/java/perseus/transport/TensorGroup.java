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
   * Replaces a tensor by the sum of the tensors of all ranks in the group. The tensor is float32,
   * or bfloat16 if {@link #sumsBfloat16} allows it. The bits of the sum are exactly equal on all
   * ranks of the group. All ranks of the group must call {@code sum} for the same tensors in the
   * same order. A tensor that is summed must have the same shape on all ranks of the group. On a
   * GPU, the method may return before the sum is done; see {@link TensorTransport#awaitSums}.
   *
   * @throws PeerLostException if the connection to another rank of the group is lost
   */
  void sum(NDArray tensor);

  /**
   * Returns whether {@link #sum} also accepts bfloat16 tensors. Each addition of such a sum rounds
   * to bfloat16.
   */
  default boolean sumsBfloat16() {
    return false;
  }

  /** Does the same as {@link #sum} for each of the given tensors, possibly faster. */
  default void sumAll(List<NDArray> tensors) {
    tensors.forEach(this::sum);
  }

  /** Returns whether sums that {@link #start} has started can run while this rank computes. */
  default boolean overlaps() {
    return false;
  }

  /**
   * Starts to replace tensors by their sums, as {@link #sumAll} does. The sums start when the
   * earlier computations of this rank are done, and may run during its later computations. Between
   * this call and {@link #join}, no other code may read or change the tensors. All ranks of the
   * group must call {@code start} and {@link #sumAll} in the same order.
   *
   * @param tensors tensors that are contiguous in memory
   */
  default void start(List<NDArray> tensors) {
    sumAll(tensors);
  }

  /**
   * Makes the later computations of this rank wait until the started sums are done. {@link
   * TensorTransport#awaitSums} waits for started sums only after this call.
   */
  default void join() {}
}
