package perseus.planfile;

/**
 * Holds the iteration time and energy that the comments of a plan file predict.
 *
 * @param timeSeconds iteration time in seconds
 * @param energyJoules iteration energy of all GPUs in joules, including the energy of waiting
 */
public record Prediction(double timeSeconds, double energyJoules) {}
