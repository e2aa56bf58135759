package perseus.evaluation;

import perseus.savings.Iteration;

/**
 * Holds the time and energy of all-max for one job, measured by the authors of the paper and
 * computed from a profile of the user.
 *
 * @param model name of the model
 * @param gpu name of the GPU type of the user's profile
 * @param origin where the user's profile comes from
 * @param measured published measurement
 * @param computed all-max of the user's profile
 */
public record AllMaxComparison(
    String model, String gpu, Origin origin, Iteration measured, Iteration computed) {}
