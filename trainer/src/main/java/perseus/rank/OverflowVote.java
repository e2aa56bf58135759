package perseus.rank;

import ai.djl.ndarray.NDArray;
import java.util.List;
import perseus.transport.TensorGroup;

/**
 * Finds out whether the gradients of any rank of the job have overflowed. The flags of all ranks
 * are summed over the pipeline, then over the tensor-parallel group, then over the data-parallel
 * group of each rank, so that all ranks get the same answer.
 *
 * @param groups the groups of this rank over which flags are summed, in the order that all ranks
 *     use
 * @param awaitSums waits until all sums of this rank are done, and checks them; see {@link
 *     perseus.transport.TensorTransport#awaitSums}
 */
record OverflowVote(List<TensorGroup> groups, Runnable awaitSums) {
  /**
   * Returns whether the flag of any rank is set. All ranks must call the method together.
   *
   * @param flag a float32 tensor of one element, which is not 0 if the flag of this rank is set;
   *     the method changes it
   */
  boolean isAnySet(NDArray flag) {
    groups.forEach(group -> group.sum(flag));
    awaitSums.run();
    return flag.toFloatArray()[0] != 0;
  }
}
