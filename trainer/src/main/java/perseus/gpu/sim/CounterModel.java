package perseus.gpu.sim;

/**
 * Holds the parameters of a simulated energy counter. The parameters of the counter determine how a
 * reading of the counter differs from the energy that the GPU has used. The class {@link
 * EnergyCounter} simulates the counter with these parameters.
 *
 * @param periodSeconds mean time between two consecutive updates of the energy counter, in seconds
 * @param periodJitterSeconds standard deviation of the time between two consecutive updates of the
 *     energy counter, in seconds
 * @param lagSeconds time in seconds by which the energy counter lags behind the energy that the GPU
 *     has used. Each update of the counter shows the energy that the GPU has used until {@code
 *     lagSeconds} before the update.
 * @param noiseJoules standard deviation of the random errors of the energy counter's readings, in
 *     joules. The errors of different readings are independent.
 * @param pollSeconds time in seconds between two polls (reads) of the energy counter. The logged
 *     time of an update is at most {@code pollSeconds} later than the update.
 */
public record CounterModel(
    double periodSeconds,
    double periodJitterSeconds,
    double lagSeconds,
    double noiseJoules,
    double pollSeconds) {}
