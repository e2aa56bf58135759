package perseus.recording.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Parses lists of GPU frequencies. In place of a list, a user may give the name of a known GPU,
 * which stands for all SM clock frequencies of that GPU.
 */
public final class SupportedFrequencies {
  private static final int STEP_MHZ = 15;

  private static final Map<String, List<Integer>> BY_GPU =
      new TreeMap<>(
          Map.of("a100", range(1410, 210), "a40", range(1740, 210), "h200", range(1980, 345)));

  private SupportedFrequencies() {}

  /**
   * Parses a list of GPU frequencies in MHz and keeps the order of the list.
   *
   * @param text a list such as {@code 1410,1395,1380}; or the name {@code a100}, {@code a40} or
   *     {@code h200} in upper or lower case, for all frequencies of that GPU, highest first
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
   * Parses a list of GPU frequencies in MHz, such as {@code 1410,1110,1110}. A frequency may occur
   * several times.
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
                .formatted(part, Named.list(List.copyOf(BY_GPU.keySet()))),
            e);
      }
      if (frequency <= 0) {
        throw new UserError("A frequency must be above 0 MHz, not " + frequency + ".");
      }
      frequencies.add(frequency);
    }
    return List.copyOf(frequencies);
  }

  private static List<Integer> range(int highest, int lowest) {
    return IntStream.iterate(highest, f -> f >= lowest, f -> f - STEP_MHZ).boxed().toList();
  }
}
