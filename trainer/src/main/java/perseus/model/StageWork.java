package perseus.model;

import java.util.List;

/**
 * What one pipeline stage does to one microbatch, on one of the tp GPUs that share it.
 *
 * @param layers the stage's layers in order
 * @param inputBytes bytes of training data that the stage loads for a microbatch (first and last
 *     stage; else 0)
 * @param activationBytes bytes that it sends to the next stage per microbatch, and receives back as
 *     gradient; 0 for the last
 * @param parameters number of parameters that this GPU holds
 */
public record StageWork(
    List<LayerWork> layers, double inputBytes, double activationBytes, long parameters) {}
