package perseus.recording.log;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * Holds the recorded SM clocks (clocks of the processors) and temperatures of one rank's GPU.
 *
 * @param times Unix time of each reading in seconds, in ascending order
 * @param smMhz SM clock in each reading, in MHz
 * @param celsius temperature in each reading in degrees Celsius; NaN if it is unknown
 */
public record GpuStates(double[] times, double[] smMhz, double[] celsius) {
  /** Value for a rank without recorded clocks and temperatures. */
  public static final GpuStates NONE = new GpuStates(new double[0], new double[0], new double[0]);

  /**
   * The temperature at a time is unknown if the reading before or after it is more than this number
   * of seconds away.
   */
  private static final double MAX_AGE_SECONDS = 10;

  /** Joins the clocks and temperatures from several recordings of one GPU, in order of time. */
  public static GpuStates joined(List<GpuStates> parts) {
    List<GpuStates> inOrder =
        parts.stream()
            .filter(part -> part.times.length > 0)
            .sorted((a, b) -> Double.compare(a.times[0], b.times[0]))
            .toList();
    return new GpuStates(
        inOrder.stream().flatMapToDouble(part -> Arrays.stream(part.times)).toArray(),
        inOrder.stream().flatMapToDouble(part -> Arrays.stream(part.smMhz)).toArray(),
        inOrder.stream().flatMapToDouble(part -> Arrays.stream(part.celsius)).toArray());
  }

  /** Returns the index of the first reading at or after Unix time {@code time} in seconds. */
  public int firstFrom(double time) {
    int i = Arrays.binarySearch(times, time);
    return i >= 0 ? i : -i - 1;
  }

  /** Returns the SM clocks in MHz of all readings that were taken while an instruction ran. */
  public StatisticalSummary smMhzDuring(List<Segment> segments) {
    SummaryStatistics clocks = new SummaryStatistics();
    for (Segment segment : segments) {
      InstructionLog log = segment.instructions();
      int next = segment.from();
      for (int r = firstFrom(segment.start()); r < firstFrom(segment.end()); r++) {
        while (next < segment.to() && log.start()[next] <= times[r]) {
          next++;
        }
        if (next > segment.from() && times[r] < log.end()[next - 1]) {
          clocks.addValue(smMhz[r]);
        }
      }
    }
    return clocks;
  }

  /**
   * Returns the temperature in degrees Celsius at a Unix time in seconds, interpolated between two
   * readings; NaN if it is unknown.
   */
  public double celsiusAt(double time) {
    int next = firstFrom(time);
    int before = Math.max(0, next - 1);
    int after = Math.min(next, times.length - 1);
    if (after < 0
        || Math.abs(times[before] - time) > MAX_AGE_SECONDS
        || Math.abs(times[after] - time) > MAX_AGE_SECONDS) {
      return Double.NaN;
    }
    double span = times[after] - times[before];
    double share = span > 0 ? Math.max(0, Math.min(1, (time - times[before]) / span)) : 0;
    return celsius[before] + share * (celsius[after] - celsius[before]);
  }
}
