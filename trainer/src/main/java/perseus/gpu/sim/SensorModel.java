package perseus.gpu.sim;

/**
 * Holds the parameters of the simulated sensors of a GPU. {@link SimulatedSensors} simulates the
 * sensors with these parameters.
 *
 * @param samplePeriodSeconds mean time between two power samples of the driver, in seconds
 * @param sampleJitterSeconds standard deviation of the time of a power sample, in seconds
 * @param lowPassSeconds time constant of the sensor in seconds. A power sample is the power of the
 *     GPU after a low-pass of the first order with this time constant. If it is 0, a power sample
 *     is the mean power since the previous sample.
 * @param noiseWatts standard deviation of the random errors of the power samples, in watts. The
 *     errors of different samples are independent.
 * @param samplesPerUpdate number of power samples in one update of the energy counter
 * @param updateDelaySeconds time in seconds from the last power sample in an update of the energy
 *     counter to the update
 * @param pollSeconds time in seconds between two polls (reads) of the energy counter. The logged
 *     time of an update is at most {@code pollSeconds} later than the update.
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
