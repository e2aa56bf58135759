package perseus.planfile;

/**
 * Holds the iteration time and energy that the comments of a plan file predict.
 *
 * @param timeSeconds predicted iteration time in seconds
 * @param energyJoules predicted iteration energy of all GPUs in joules, including the energy that
 *     GPUs use while they wait
 */
public record Prediction(double timeSeconds, double energyJoules) {}
