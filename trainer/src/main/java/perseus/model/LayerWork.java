package perseus.model;

/**
 * What one layer does to one microbatch on one GPU.
 *
 * @param layer the layer's name
 * @param forward its forward
 * @param backward its backward, without recomputing the forward
 */
public record LayerWork(String layer, KernelWork forward, KernelWork backward) {}
