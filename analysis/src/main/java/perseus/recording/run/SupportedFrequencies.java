package perseus.recording.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.io.UserError;

/** The SM clocks that GPUs support, and lists of frequencies as a user writes them. */
public final class SupportedFrequencies {
  private static final int STEP_MHZ = 15;

  private static final Map<String, List<Integer>> BY_GPU =
      Map.of("a100", range(1410, 210), "a40", range(1740, 210), "h200", range(1980, 345));

  private SupportedFrequencies() {}

  /** Whether {@code text} names a GPU and so all of its frequencies. */
  public static boolean isGpu(String text) {
    return BY_GPU.containsKey(text.trim().toLowerCase(Locale.ROOT));
  }

  /**
   * Frequencies in MHz, in the order given: {@code a100}, {@code a40} or {@code h200} for all that
   * the GPU supports from the highest down, or a list such as {@code 1410,1395,1380}.
   *
   * @throws UserError if {@code text} is neither
   */
  public static List<Integer> parse(String text) {
    List<Integer> known = BY_GPU.get(text.trim().toLowerCase(Locale.ROOT));
    if (known != null) {
      return known;
    }
    List<Integer> frequencies = new ArrayList<>();
    for (String part : text.replaceAll("[\\[\\]()]", " ").trim().split("[,\\s]+")) {
      int frequency;
      try {
        frequency = Integer.parseInt(part);
      } catch (NumberFormatException e) {
        throw new UserError(
            "\"" + part + "\" is not a frequency in MHz, nor one of a100, a40, h200.", e);
      }
      if (frequency <= 0) {
        throw new UserError("A frequency must be above 0 MHz, not " + frequency + ".");
      }
      if (frequencies.contains(frequency)) {
        throw new UserError("The frequency " + frequency + " MHz is given twice.");
      }
      frequencies.add(frequency);
    }
    return List.copyOf(frequencies);
  }

  private static List<Integer> range(int highest, int lowest) {
    return IntStream.iterate(highest, f -> f >= lowest, f -> f - STEP_MHZ).boxed().toList();
  }
}
