package perseus.evaluation;

import perseus.savings.Iteration;

/**
 * Holds the time and energy of all-max (the iteration in which every operation runs at the highest
 * frequency) of one job from two sources. The two sources are a measurement by the authors of the
 * Perseus paper, and a profile of the user.
 *
 * @param model name of the model
 * @param gpu name of the GPU type of the user's profile
 * @param origin whether the user's profile was measured on real or on simulated GPUs
 * @param measured published measurement
 * @param computed time and energy of all-max (every operation at the highest frequency) that are
 *     computed from the user's profile
 */
public record AllMaxComparison(
    String model, String gpu, Origin origin, Iteration measured, Iteration computed) {}
