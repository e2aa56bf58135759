package perseus.transport;

import ai.djl.ndarray.NDArray;

/**
 * A group of ranks that sum tensors (an all-reduce), such as the ranks that share a layer or the
 * replicas of a stage.
 */
public interface TensorGroup {
  /** A group of a single rank, whose sums change nothing. */
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
          // The sum over one rank is the tensor itself.
        }
      };

  /** Number of ranks in the group. */
  int size();

  /** This rank's index in the group, from 0. */
  int index();

  /**
   * Replaces a float32 tensor by the sum of the group's tensors, on all ranks by the same bits. All
   * ranks of the group must call this in the same order and with tensors of the same shape.
   *
   * @throws PeerLostException if the connection to another rank of the group is lost
   */
  void sum(NDArray tensor);
}
