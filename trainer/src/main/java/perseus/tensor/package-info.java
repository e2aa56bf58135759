/**
 * A model's layers as real tensors: what one rank holds and computes of them, its data and its
 * optimizer.
 *
 * <p>{@link perseus.tensor.StageModels} builds the layers that a {@link perseus.tensor.StageSpec}
 * names, with the parameters that the layers' descriptions list, as a {@link
 * perseus.tensor.StageModel}; {@link perseus.tensor.AdamW} trains these parameters; {@link
 * perseus.tensor.Datasets} opens what it is trained on. Inside, each layer is a forward on a tape,
 * which PyTorch's automatic differentiation and a few backwards by hand turn into gradients.
 * Operations that DJL has no method for are TorchScript, in {@code kernels.py}. On the CPU results
 * do not depend on timing; on a GPU sums of gradients may differ in their last bits.
 */
package perseus.tensor;
