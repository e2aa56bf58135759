package perseus.gpu.sim;

/**
 * How a GPU's energy counter strays from the energy that was really drawn.
 *
 * @param periodSeconds time between two changes
 * @param periodJitterSeconds standard deviation of that time
 * @param lagSeconds age of the energy that a change shows
 * @param noiseJoules standard deviation of a reading; it does not accumulate
 * @param pollSeconds how often a poller can ask: a row's time is up to that much after the change
 */
public record CounterModel(
    double periodSeconds,
    double periodJitterSeconds,
    double lagSeconds,
    double noiseJoules,
    double pollSeconds) {}
