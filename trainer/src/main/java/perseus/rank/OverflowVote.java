package perseus.rank;

import ai.djl.ndarray.NDArray;
import java.util.List;
import perseus.transport.TensorGroup;

/**
 * Finds out whether gradients have overflowed (become infinite or NaN) on any rank of the job. Each
 * rank has a flag: a number that is not 0 if its own gradients have overflowed. The flags are
 * summed over the ranks of each pipeline, then over each tensor-parallel group, and then over each
 * data-parallel group. After the sum over the data-parallel groups, all ranks have the same sum.
 *
 * @param groups the groups over which this rank sums flags, in an order that is the same on all
 *     ranks
 * @param awaitSums action that waits until all sums of this rank are done, and checks them; see
 *     {@link perseus.transport.TensorTransport#awaitSums}
 */
record OverflowVote(List<TensorGroup> groups, Runnable awaitSums) {
  /**
   * Returns whether the flag of any rank is set. All ranks of the job must call the method, because
   * it sums the flags over the ranks.
   *
   * @param flag flag of this rank: a float32 tensor of one element, which is not 0 if the flag is
   *     set. The method changes the tensor.
   */
  boolean isAnySet(NDArray flag) {
    groups.forEach(group -> group.sum(flag));
    awaitSums.run();
    return flag.toFloatArray()[0] != 0;
  }
}
