package perseus.io;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds an object, such as a planner or a schedule, by the name that a user gave. If no object has
 * the name, the class creates an error message that lists the valid names.
 */
public final class Named {
  private Named() {}

  /**
   * Returns the object with exactly the given name.
   *
   * @param kind word for the sort of object in the error message, such as "rank order"
   * @param given name that the user gave
   * @param all all objects that the user can choose by name, at least one
   * @param name function that returns the name of an object
   * @throws UserError if no object has the given name; the message lists all names
   */
  public static <T> T find(String kind, String given, List<T> all, Function<T, String> name) {
    for (T thing : all) {
      if (name.apply(thing).equals(given)) {
        return thing;
      }
    }
    throw unknown(kind, given, all.stream().map(name).toList());
  }

  /**
   * Returns the object with the given name, regardless of upper and lower case.
   *
   * @throws UserError if no object has the given name; the message lists all names
   * @see #find
   */
  public static <T> T findIgnoringCase(
      String kind, String given, List<T> all, Function<T, String> name) {
    for (T thing : all) {
      if (name.apply(thing).equalsIgnoreCase(given)) {
        return thing;
      }
    }
    throw unknown(kind, given, all.stream().map(name).toList());
  }

  /**
   * Returns the error for a name that no object has. The error message contains all valid names,
   * and a similar valid name if there is one. An example of the error message is "Unknown schedule
   * 'gpip' (did you mean gpipe?); there are 1f1b, gpipe and interleaved:V."
   *
   * @param kind word for the sort of object in the error message, such as "schedule"
   * @param given name that the user gave
   * @param names all valid names, at least one
   */
  public static UserError unknown(String kind, String given, Collection<String> names) {
    Optional<String> similar = Spelling.suggestion(given.trim(), names);
    return new UserError(
        "Unknown %s '%s'%s; there %s %s."
            .formatted(
                kind,
                given,
                similar.map(name -> " (did you mean " + name + "?)").orElse(""),
                names.size() == 1 ? "is" : "are",
                list(List.copyOf(names))));
  }

  /** Returns names as a list in words, such as "a", "a and b", or "a, b and c". */
  public static String list(List<String> names) {
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  /** Returns a number with its noun, such as "1 rank", "2 ranks" or "2 microbatches". */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : noun.endsWith("ch") ? "es" : "s");
  }

  /** Returns a copy of a text that begins with a capital letter. The text must not be empty. */
  public static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
