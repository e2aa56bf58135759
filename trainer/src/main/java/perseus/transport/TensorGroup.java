package perseus.transport;

import ai.djl.ndarray.NDArray;

/** Ranks that add up tensors, such as those which share a layer, or the replicas of a stage. */
public interface TensorGroup {
  /** A group of one, which has nothing to add. */
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
          // It is the sum already.
        }
      };

  /** Number of ranks in the group. */
  int size();

  /** This rank's place in the group, from 0. */
  int index();

  /**
   * Replaces a float32 tensor by the sum of the group's tensors of the same shape; every rank gets
   * the same bits. All ranks of the group call this in the same order.
   */
  void sum(NDArray tensor);
}
