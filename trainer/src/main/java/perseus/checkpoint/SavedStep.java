package perseus.checkpoint;

/**
 * Identifies a checkpoint that is stored on a node.
 *
 * @param step number of training steps after which the checkpoint was saved
 * @param id the checkpoint's id, which is equal on all nodes; null if the checkpoint's description
 *     cannot be read
 * @param problem sentence that says why the checkpoint's description cannot be read; null if it can
 *     be read
 */
public record SavedStep(int step, String id, String problem) {}
