package perseus.planfile;

/**
 * What a plan file promises.
 *
 * @param timeSeconds iteration time
 * @param energyJoules iteration energy with blocking, over all GPUs
 */
public record Prediction(double timeSeconds, double energyJoules) {}
