package perseus.record;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names the log files of a rank, such as {@code instructions-3.csv} for rank 3. */
public enum LogFile {
  INSTRUCTIONS("instructions", "instruction,start,end"),
  ENERGY("time-energy", "time,energy"),
  /**
   * The log with the power samples of the GPU. A rank whose GPU reports no power samples has no log
   * of power samples.
   */
  POWER_SAMPLES("power-samples", "time,power"),
  /**
   * The log with the temperatures and SM clocks of the GPU. A rank whose GPU reports no states has
   * no log of temperatures and SM clocks.
   */
  GPU_STATE("gpu-state", "time,temperature_c,sm_mhz,event_reasons");

  private static final Pattern FILE =
      Pattern.compile(
          "(?:%s)-(\\d{1,9})\\.csv"
              .formatted(
                  Arrays.stream(values()).map(log -> log.prefix).collect(Collectors.joining("|"))));

  private final String prefix;
  private final String header;

  LogFile(String prefix, String header) {
    this.prefix = prefix;
    this.header = header;
  }

  /** Returns the header line of the file, with its line feed. */
  String header() {
    return header + "\n";
  }

  Path in(Path directory, int rank) {
    return directory.resolve(prefix + "-" + rank + ".csv");
  }

  /** Returns the paths of the log files of a rank that exist in a directory. */
  public static List<Path> existing(Path directory, int rank) {
    return Arrays.stream(values())
        .map(log -> log.in(directory, rank))
        .filter(Files::exists)
        .toList();
  }

  /** Returns the number of the rank to which a log file belongs; empty if the file is not a log. */
  static OptionalInt rankOf(Path file) {
    Matcher log = FILE.matcher(file.getFileName().toString());
    return log.matches() ? OptionalInt.of(Integer.parseInt(log.group(1))) : OptionalInt.empty();
  }
}
