package perseus.recording.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Parses lists of GPU frequencies. The name of a known GPU stands for all SM clock frequencies of
 * the GPU.
 *
 * <p>The sources of the frequencies are in {@code docs/gpus.md} under "Known GPUs".
 */
public final class SupportedFrequencies {
  private static final Map<String, List<Integer>> BY_GPU =
      new TreeMap<>(
          Map.of(
              "a100", range(1410, 210, 15),
              "a40", range(1740, 210, 15),
              "h100", range(1980, 345, 15),
              "h100-nvl", range(1785, 345, 15),
              "h100-pcie", range(1755, 345, 15),
              "h200", range(1980, 345, 15),
              "l40s", range(2520, 210, 15),
              "b200", range(1965, 120, 7.5)));

  private SupportedFrequencies() {}

  /** Returns the names of the GPUs whose frequencies are known, in alphabetical order. */
  public static List<String> names() {
    return List.copyOf(BY_GPU.keySet());
  }

  /**
   * Parses a list of different GPU frequencies in MHz, in the order of the list.
   *
   * @param text list such as {@code 1410,1395,1380}, or one of the {@link #names} for all
   *     frequencies of a GPU, highest first
   * @throws UserError if {@code text} is neither a list nor a known name, or lists a frequency
   *     twice
   */
  public static List<Integer> parse(String text) {
    List<Integer> known = BY_GPU.get(text.trim().toLowerCase(Locale.ROOT));
    if (known != null) {
      return known;
    }
    List<Integer> frequencies = parseNumbers(text);
    for (int frequency : frequencies) {
      if (Collections.frequency(frequencies, frequency) > 1) {
        throw new UserError("The frequency " + frequency + " MHz is given twice.");
      }
    }
    return frequencies;
  }

  /**
   * Parses a list of GPU frequencies in MHz that may contain a frequency several times.
   *
   * @throws UserError if {@code text} is not a list of positive numbers
   */
  public static List<Integer> parseNumbers(String text) {
    List<Integer> frequencies = new ArrayList<>();
    for (String part : text.replaceAll("[\\[\\]()]", " ").trim().split("[,\\s]+")) {
      int frequency;
      try {
        frequency = Integer.parseInt(part);
      } catch (NumberFormatException e) {
        throw new UserError(
            "\"%s\" is not a frequency in MHz, and the only GPUs with a known list of frequencies are %s."
                .formatted(part, Named.list(names())),
            e);
      }
      if (frequency <= 0) {
        throw new UserError("A frequency must be above 0 MHz, not " + frequency + ".");
      }
      frequencies.add(frequency);
    }
    return List.copyOf(frequencies);
  }

  /**
   * Returns the frequencies from {@code highest} to {@code lowest} in MHz, in steps of {@code step}
   * MHz. Fractions of a MHz are cut off, as in the list of the GPU driver. Every second clock of a
   * B200, for example, ends in 0.5 MHz.
   */
  private static List<Integer> range(int highest, int lowest, double step) {
    return DoubleStream.iterate(highest, f -> f >= lowest, f -> f - step)
        .mapToObj(f -> (int) f)
        .toList();
  }
}
