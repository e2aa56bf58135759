package perseus.gpu.sim;

/**
 * Holds the parameters of a simulated energy counter, which determine how its readings differ from
 * the energy that the GPU uses. {@link EnergyCounter} simulates the counter itself.
 *
 * @param periodSeconds mean time between two updates of the counter, in seconds
 * @param periodJitterSeconds standard deviation of the time between two updates, in seconds
 * @param lagSeconds lag in seconds: an update at time t shows the energy used until t - lag
 * @param noiseJoules standard deviation in joules of the random error of a reading; the errors of
 *     different readings are independent
 * @param pollSeconds interval in seconds at which the counter is polled; the logged time of an
 *     update is at most one interval too late
 */
public record CounterModel(
    double periodSeconds,
    double periodJitterSeconds,
    double lagSeconds,
    double noiseJoules,
    double pollSeconds) {}
