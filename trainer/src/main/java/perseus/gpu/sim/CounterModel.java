package perseus.gpu.sim;

/**
 * Holds the parameters of a simulated energy counter. The parameters determine how a reading of the
 * counter differs from the energy that the GPU has used. {@link EnergyCounter} simulates the
 * counter itself.
 *
 * @param periodSeconds mean time between two updates of the counter, in seconds
 * @param periodJitterSeconds standard deviation of the time between two updates, in seconds
 * @param lagSeconds lag in seconds: an update at time t shows the energy used until t - lag
 * @param noiseJoules standard deviation in joules of the random error of a reading; the errors of
 *     different readings are independent
 * @param pollSeconds time in seconds between two polls (reads) of the counter; the logged time of
 *     an update is later than the update by at most this time
 */
public record CounterModel(
    double periodSeconds,
    double periodJitterSeconds,
    double lagSeconds,
    double noiseJoules,
    double pollSeconds) {}
