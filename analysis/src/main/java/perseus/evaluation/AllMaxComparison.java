package perseus.evaluation;

import perseus.savings.Iteration;

/**
 * Holds two pairs of time and energy for one job under all-max. All-max is the iteration in which
 * every operation runs at the highest frequency. The authors of the Perseus paper measured the
 * first pair. The second pair is computed from a profile of the user.
 *
 * @param model name of the model, such as {@code gpt3-xl}
 * @param gpu name of the GPU type of the user's profile
 * @param origin whether the user's profile was measured on real or on simulated GPUs
 * @param measured time and energy that the authors of the paper measured
 * @param computed time and energy that are computed from the user's profile
 */
public record AllMaxComparison(
    String model, String gpu, Origin origin, Iteration measured, Iteration computed) {}
