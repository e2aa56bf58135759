/**
 * Defines the files of checkpoints: tensors in the safetensors format, the description
 * checkpoint.json, and one folder for each saved training step.
 *
 * <p>Code in {@code perseus.checkpoint} may use neither tensors of the library DJL nor connections
 * between processes.
 */
package perseus.checkpoint;
