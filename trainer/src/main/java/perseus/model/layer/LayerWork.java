package perseus.model.layer;

/**
 * Holds the work of the forward and backward of one layer for one microbatch on one GPU.
 *
 * @param forward work of the forward
 * @param backward work of the backward, without the recomputation of the forward
 * @param recomputed whether activation checkpointing repeats the forward of this layer in the
 *     backward
 */
public record LayerWork(KernelWork forward, KernelWork backward, boolean recomputed) {}
