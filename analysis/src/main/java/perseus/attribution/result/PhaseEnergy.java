package perseus.attribution.result;

/**
 * Compares the increase of one rank's energy counter in a phase of a job with the increase that
 * powers from another phase predict.
 *
 * @param rank global rank
 * @param frequencyMhz frequency in MHz whose powers predict the increase
 * @param seconds length of the compared time in seconds
 * @param joules increase of the counter in joules
 * @param predictedJoules predicted increase in joules
 * @param stderrJoules standard error of {@code predictedJoules}
 * @param rmsShare root mean square of the differences over each second, as a fraction of the mean
 *     increase in a second
 */
public record PhaseEnergy(
    int rank,
    int frequencyMhz,
    double seconds,
    double joules,
    double predictedJoules,
    double stderrJoules,
    double rmsShare) {

  /** Returns predicted minus measured increase, as a fraction of the measured increase. */
  public double difference() {
    return predictedJoules / joules - 1;
  }

  /**
   * Returns a copy in which the predicted increase is multiplied by a factor.
   *
   * @param relativeStderr standard error of the factor, as a fraction of it
   */
  public PhaseEnergy times(double factor, double relativeStderr) {
    return new PhaseEnergy(
        rank,
        frequencyMhz,
        seconds,
        joules,
        factor * predictedJoules,
        factor * Math.hypot(stderrJoules, relativeStderr * predictedJoules),
        rmsShare);
  }
}
