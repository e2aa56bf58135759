package perseus.gpu.sim;

/**
 * Holds the parameters of a simulated energy counter. The parameters of the counter determine how a
 * reading of the counter differs from the energy that the GPU has used. The class {@link
 * EnergyCounter} simulates the counter with these parameters.
 *
 * @param periodSeconds mean time between two updates of the energy counter, in seconds
 * @param periodJitterSeconds standard deviation of the time between two updates of the energy
 *     counter, in seconds
 * @param lagSeconds lag of the energy counter in seconds: an update of the counter at time t shows
 *     the energy that the GPU has used until t - lag
 * @param noiseJoules standard deviation in joules of the random error of a reading of the energy
 *     counter; the errors of different readings are independent
 * @param pollSeconds time in seconds between two polls (reads) of the energy counter; an update of
 *     the counter is logged with a time that is later than the update by at most this time
 */
public record CounterModel(
    double periodSeconds,
    double periodJitterSeconds,
    double lagSeconds,
    double noiseJoules,
    double pollSeconds) {}
