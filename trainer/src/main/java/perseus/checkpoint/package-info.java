/**
 * Defines the files of checkpoints, from which training can be resumed: tensors in the safetensors
 * format, the description checkpoint.json, and one folder for each saved training step.
 *
 * <p>Code in {@code perseus.checkpoint} may not use tensors of DJL or connections between
 * processes: the ranks and launchers of a job call this package.
 */
package perseus.checkpoint;
