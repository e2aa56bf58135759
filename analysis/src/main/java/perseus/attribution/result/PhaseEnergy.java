package perseus.attribution.result;

/**
 * Compares the measured and the predicted increase of a rank's energy counter during one phase of a
 * job, for example a forward-only phase. The energy is predicted from powers that were fitted to
 * the recording of another phase.
 *
 * @param rank global rank
 * @param frequencyMhz frequency in MHz at which the powers were fitted
 * @param seconds length of the compared time in seconds
 * @param joules measured increase of the counter in joules
 * @param predictedJoules predicted increase in joules
 * @param stderrJoules standard error of {@code predictedJoules}
 * @param rmsShare root mean square of the prediction errors over about one second, as a fraction of
 *     the mean measured increase
 */
public record PhaseEnergy(
    int rank,
    int frequencyMhz,
    double seconds,
    double joules,
    double predictedJoules,
    double stderrJoules,
    double rmsShare) {

  /** Returns the predicted minus the measured increase, as a fraction of the measured increase. */
  public double difference() {
    return predictedJoules / joules - 1;
  }

  /**
   * Returns a copy in which the predicted increase is multiplied by a factor.
   *
   * @param relativeStderr standard error of the factor, as a fraction of the factor
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
