package perseus.model.layer;

/**
 * Work of one layer on one microbatch, on one GPU.
 *
 * @param forward work of the forward
 * @param backward work of the backward, without a recomputed forward
 * @param recomputed whether activation checkpointing repeats the forward in the backward
 */
public record LayerWork(KernelWork forward, KernelWork backward, boolean recomputed) {}
