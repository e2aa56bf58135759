package perseus.savings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Holds the known facts about a measured job, such as the name of its model. Measurements of
 * different jobs must not be compared.
 *
 * @param values known values by the names in {@link #NAMES}; unknown values are missing
 */
record JobFacts(Map<String, String> values) {
  static final String MODEL = "model_name";
  static final String MICROBATCHES = "num_microbatches";
  static final String RANKS = "ranks";

  /**
   * Names of the facts that distinguish jobs, which are also column names in tables of power limits
   * ({@link PowerLimitSweep}).
   */
  static final List<String> NAMES =
      List.of(
          MODEL,
          "partition_method",
          "batch_size",
          "dp",
          "tp",
          "pp",
          "microbatch_size",
          MICROBATCHES,
          RANKS);

  JobFacts {
    Map<String, String> known = new LinkedHashMap<>();
    for (String name : NAMES) {
      String value = values.get(name);
      if (value != null && !value.isBlank()) {
        known.put(name, value.strip());
      }
    }
    values = Collections.unmodifiableMap(known);
  }

  /** Returns a copy of these facts in which one value is replaced. */
  JobFacts with(String name, Object value) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(name, String.valueOf(value));
    return new JobFacts(changed);
  }

  /** Returns the name of the model; null if it is unknown. */
  String model() {
    return values.get(MODEL);
  }

  /**
   * Returns the name of the first value that is known for both jobs and differs between them. If
   * all known values are equal, the result is empty.
   */
  Optional<String> difference(JobFacts other) {
    return values.keySet().stream()
        .filter(name -> other.values.containsKey(name))
        .filter(name -> !plain(values.get(name)).equals(plain(other.values.get(name))))
        .findFirst();
  }

  private static String plain(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return lower.matches("\\d+\\.0*") ? lower.substring(0, lower.indexOf('.')) : lower;
  }

  /** Returns the name and the value of a fact, such as "num_microbatches 32". */
  String named(String name) {
    return name + " " + values.get(name);
  }

  /**
   * Returns whether {@code text} contains {@code model} as a whole word, in upper or lower case.
   */
  static boolean names(String text, String model) {
    String lower = text.toLowerCase(Locale.ROOT);
    String word = model.toLowerCase(Locale.ROOT);
    for (int at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
      int end = at + word.length();
      if ((at == 0 || !Character.isLetterOrDigit(lower.charAt(at - 1)))
          && (end == lower.length() || !Character.isLetterOrDigit(lower.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the models whose names occur in {@code text}. If {@code text} contains a longer name of
   * a model, the method leaves out models whose names are only a part of this longer name.
   */
  static List<String> named(String text, List<String> models) {
    List<String> found = new ArrayList<>(models.stream().filter(m -> names(text, m)).toList());
    found.removeIf(
        shorter -> found.stream().anyMatch(m -> !m.equals(shorter) && names(m, shorter)));
    return found;
  }

  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
