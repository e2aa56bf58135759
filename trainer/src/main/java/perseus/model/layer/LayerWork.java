package perseus.model.layer;

/**
 * Holds the work (floating-point operations and bytes) of the forward and backward of one layer for
 * one microbatch on one GPU.
 *
 * @param forward work of the layer's forward
 * @param backward work of the layer's backward, without the recomputation of the forward
 * @param recomputed true if activation checkpointing repeats the forward of the layer in the
 *     backward
 */
public record LayerWork(KernelWork forward, KernelWork backward, boolean recomputed) {}
