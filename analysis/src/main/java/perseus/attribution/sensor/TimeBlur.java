package perseus.attribution.sensor;

import perseus.recording.log.Segment;

/**
 * Describes how rounded times smooth the expected readings of a sensor.
 *
 * <p>Problem: a program may record all times rounded down to a multiple of a quantum, for example
 * 10 ms. The true time of a reading is then up to one quantum later than its recorded time. The
 * true starts and ends of instructions are up to one quantum later than the recorded ones. A fit
 * with the recorded times would underestimate the differences between the powers of instructions.
 *
 * <p>Method: all true times that the recorded times allow are equally likely. The expected reading
 * is therefore the mean of the power over all these times:
 *
 * <pre>
 *   E[reading recorded at t] = mean of Q(t + u - v),   0 &lt;= u &lt; r,   0 &lt;= v &lt; s
 *     Q  power with the recorded starts and ends of the instructions, behind the sensor (W)
 *     r  time quantum of the readings (s)
 *     s  time quantum of the instructions (s)
 * </pre>
 *
 * <p>The mean over u and v is replaced by the mean over a single interval with the same middle and
 * variance. A fit with expected readings has no bias. Times that are rounded to the nearest
 * multiple are later by half a quantum on average. The fitted lag of the sensor contains this
 * constant.
 *
 * @param readingSeconds time quantum of the readings in seconds; 0 if their times are precise
 * @param instructionSeconds time quantum of the instructions in seconds; 0 if their times are
 *     precise
 */
public record TimeBlur(double readingSeconds, double instructionSeconds) {
  /** Value for recorded times that are all precise. */
  public static final TimeBlur NONE = new TimeBlur(0, 0);

  public static TimeBlur ofCounter(Segment segment) {
    return of(segment.energy().quantumSeconds(), segment);
  }

  public static TimeBlur ofSamples(Segment segment) {
    return of(segment.samples().quantumSeconds(), segment);
  }

  private static TimeBlur of(double readings, Segment segment) {
    double instructions = segment.instructions().quantumSeconds();
    return readings == 0 && instructions == 0 ? NONE : new TimeBlur(readings, instructions);
  }

  public boolean isNone() {
    return readingSeconds == 0 && instructionSeconds == 0;
  }

  /** Returns the time in seconds by which a reading may depend on earlier power. */
  public double reachBefore() {
    return instructionSeconds;
  }

  /** Returns the time in seconds by which a reading may depend on later power. */
  public double reachAfter() {
    return readingSeconds;
  }

  /**
   * Returns the length in seconds of the interval over which a reading averages power.
   *
   * @param seconds length of this interval if all times are precise
   */
  public double widened(double seconds) {
    return isNone()
        ? seconds
        : Math.sqrt(
            seconds * seconds
                + readingSeconds * readingSeconds
                + instructionSeconds * instructionSeconds);
  }

  /**
   * Returns how many seconds later the interval over which a reading averages power ends, because
   * times are rounded.
   *
   * @param seconds length of the interval if all times are precise
   */
  public double shift(double seconds) {
    return isNone() ? 0 : (readingSeconds - instructionSeconds + widened(seconds) - seconds) / 2;
  }
}
