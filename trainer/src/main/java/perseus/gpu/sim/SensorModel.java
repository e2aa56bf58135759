package perseus.gpu.sim;

/**
 * Holds the parameters of the simulated sensors of a GPU.
 *
 * @param samplePeriodSeconds mean time in seconds between two power samples of the driver
 * @param sampleJitterSeconds standard deviation in seconds of the time of a power sample
 * @param lowPassSeconds time constant in seconds of the low-pass filter (first order) in the power
 *     sensor; 0 if power samples are mean powers
 * @param noiseWatts standard deviation in watts of the random errors of the power samples, which
 *     are independent
 * @param samplesPerUpdate number of power samples after which the energy counter changes once
 * @param updateDelaySeconds lag in seconds of the energy counter behind the last power sample that
 *     it contains
 * @param pollSeconds time in seconds between two readings of the energy counter. A change of the
 *     energy counter is logged at most {@code pollSeconds} after the change.
 */
public record SensorModel(
    double samplePeriodSeconds,
    double sampleJitterSeconds,
    double lowPassSeconds,
    double noiseWatts,
    int samplesPerUpdate,
    double updateDelaySeconds,
    double pollSeconds) {
  SensorModel withLowPassSeconds(double seconds) {
    return new SensorModel(
        samplePeriodSeconds,
        sampleJitterSeconds,
        seconds,
        noiseWatts,
        samplesPerUpdate,
        updateDelaySeconds,
        pollSeconds);
  }
}
