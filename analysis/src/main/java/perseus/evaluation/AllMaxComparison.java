package perseus.evaluation;

import perseus.savings.Iteration;

/**
 * Holds two results for all-max (every operation at the highest frequency) of one job: the time and
 * energy that the authors of the Perseus paper measured, and the time and energy that are computed
 * from a profile of the user.
 *
 * @param model name of the model
 * @param gpu name of the GPU type of the user's profile
 * @param origin whether the user's profile was measured on real or on simulated GPUs
 * @param measured published measurement
 * @param computed all-max of the user's profile
 */
public record AllMaxComparison(
    String model, String gpu, Origin origin, Iteration measured, Iteration computed) {}
