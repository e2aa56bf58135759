package perseus.attribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** Damages the counter readings and power samples of a recording. */
final class SensorLogs {
  static final String COUNTER = "time-energy-";
  static final String SAMPLES = "power-samples-";

  private record Reading(double time, double value) {}

  private SensorLogs() {}

  private static Path file(Path directory, String log, int rank) {
    return directory.resolve(log + rank + ".csv");
  }

  /** Returns the Unix time in seconds of the first reading. */
  static double firstTime(Path directory, String log, int rank) throws IOException {
    String line = Files.readAllLines(file(directory, log, rank)).get(1);
    return Double.parseDouble(line.split(",")[0]);
  }

  /**
   * Rewrites a log with other times and values. The readings stay in the order of time.
   *
   * @param time function from the recorded to the new time in seconds
   * @param factor factor by which the values change
   */
  static void rewrite(Path directory, String log, int rank, DoubleUnaryOperator time, double factor)
      throws IOException {
    Path file = file(directory, log, rank);
    List<String> lines = Files.readAllLines(file);
    List<Reading> readings = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      double seconds = time.applyAsDouble(Double.parseDouble(cells[0]));
      readings.add(new Reading(seconds, factor * Double.parseDouble(cells[1])));
    }
    readings.sort(Comparator.comparingDouble(Reading::time));
    List<String> changed = new ArrayList<>(lines.subList(0, 1));
    for (Reading reading : readings) {
      changed.add(String.format(Locale.ROOT, "%.6f,%.3f", reading.time, reading.value));
    }
    Files.write(file, changed);
  }
}
