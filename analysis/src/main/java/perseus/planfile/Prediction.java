package perseus.planfile;

/**
 * The iteration time and energy that the comments of a plan file predict.
 *
 * @param timeSeconds iteration time in seconds
 * @param energyJoules iteration energy of all GPUs in joules, including blocking
 */
public record Prediction(double timeSeconds, double energyJoules) {}
