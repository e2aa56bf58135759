package perseus.gpu.sim;

/**
 * Parameters of a simulated energy counter: how its readings differ from the energy drawn.
 *
 * @param periodSeconds mean time between two updates of the counter
 * @param periodJitterSeconds standard deviation of that time
 * @param lagSeconds age of the energy that an update shows
 * @param noiseJoules standard deviation of the error of a reading; errors do not accumulate
 * @param pollSeconds interval at which the counter is polled; a logged time is up to this long
 *     after the update
 */
public record CounterModel(
    double periodSeconds,
    double periodJitterSeconds,
    double lagSeconds,
    double noiseJoules,
    double pollSeconds) {}
