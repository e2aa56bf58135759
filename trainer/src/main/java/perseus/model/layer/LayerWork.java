package perseus.model.layer;

/**
 * What one layer does to one microbatch on one GPU.
 *
 * @param layer the layer's name
 * @param forward its forward
 * @param backward its backward, without recomputing the forward
 * @param recomputed whether activation checkpointing computes the forward again in the backward
 */
public record LayerWork(
    String layer, KernelWork forward, KernelWork backward, boolean recomputed) {}
